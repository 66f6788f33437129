// The playground where the operator has changed a setting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { details, bar, fillIn, launch, open, run, startService } from "./playground.harness.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

async function withService(settings, act) {
  const service = await startService(settings);
  try {
    await act(service);
  } finally {
    await service.stop();
  }
}

test("introspection that is off is said in words, and operations run", async () => {
  await withService({ KEYWARD_INTROSPECTION: "false" }, async ({ origin }) => {
    const { page, context, complaints } = await open(browser, origin);
    await details(page).getByText(/Introspection is off on this service/).waitFor();
    assert.ok((await run(page, "Sign up")).data.signup.viewer);
    await bar(page).getByText("Logged in as").waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

test("the operator's switch removes the page and its assets", async () => {
  await withService({ KEYWARD_PLAYGROUND: "false" }, async ({ url }) => {
    for (const path of ["/playground", "/playground/assets/index.js"]) assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  });
});

test("the page says that the session has ended", async () => {
  await withService({}, async ({ origin }) => {
    const { page, context } = await open(browser, origin);
    await fillIn(page, "ida", "Sign up");
    await context.clearCookies();
    await run(page, "Users");
    await bar(page).getByText("The session has ended: log in again.").waitFor();
    await context.close();
  });
});
