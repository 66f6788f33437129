// The playground of the binary KEYWARD_BIN in Chromium; with PLAYGROUND_DIST, that of a build.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { assertAccessible, bar, details, editor, fillIn, launch, open, openPage, PASSWORD, ready, run, startService, stored, tab, tabs, until, write } from "./playground.harness.mjs";

const TITLES = ["Sign up", "Log in", "Me", "Can I?", "Users", "Create a role", "Assign it", "Why?", "Dry run", "Log out"];

let service, browser, opened, page;

before(async () => {
  service = await startService();
  await service.keyward(["admin", "create", "root"], `${PASSWORD}\n`);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

beforeEach(async () => {
  opened = await open(browser, service.origin);
  ({ page } = opened);
});

afterEach(async () => {
  const { complaints, requested, context } = opened;
  await context.close();
  assert.deepEqual(complaints, []);
  assert.deepEqual(requested.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== service.origin), []);
});

test("it opens with the examples, the docs and the language worker, from its own origin alone", async () => {
  assert.deepEqual(await tabs(page).allTextContents(), TITLES);
  for (const title of TITLES) await tab(page, title).click();
  assert.deepEqual(await tabs(page).allTextContents(), TITLES, "titles survive a visit to each tab");
  await page.getByText("A GraphQL schema provides a root type for each kind of operation.").waitFor();
  await until(() => opened.requested.some((url) => /\/assets\/graphql\.worker-/.test(url)), "the worker is a file of ours");
});

test("no parameter of the address moves the endpoint", async () => {
  await page.goto(`${service.origin}/playground?endpoint=https://example.org/graphql&url=/elsewhere`);
  await ready(page);
  await run(page, "Me");
  const others = opened.requested.filter((url) => !/\/playground/.test(url) && !url.startsWith("data:"));
  assert.deepEqual([...new Set(others)].sort(), [`${service.origin}/graphql`, `${service.origin}/schema.graphql`]);
});

test("the examples run in their order, twice, as a new user and an administrator", async () => {
  for (const round of [1, 2]) {
    const signup = await run(page, "Sign up");
    assert.deepEqual(signup.data.signup.userErrors, [], `round ${round}`);
    const { username } = signup.data.signup.viewer.user;
    await bar(page).getByText(`Logged in as ${username}`).waitFor();
    assert.deepEqual((await run(page, "Log in")).data.login.userErrors, []);
    await bar(page).getByText(`Logged in as ${username}`).waitFor();
    assert.equal((await run(page, "Me")).data.me.username, username);
    assert.equal((await run(page, "Can I?")).data.can, false);
    assert.equal((await run(page, "Users")).errors[0].extensions.code, "FORBIDDEN");
    assert.equal((await run(page, "Why?")).data.explainAccess.decision.allowed, false);

    await bar(page).getByRole("button", { name: "Log out" }).click();
    await fillIn(page, "root", "Log in");
    assert.ok((await run(page, "Users")).data.users.totalCount >= 2);
    assert.deepEqual((await run(page, "Create a role")).data.roleCreate.userErrors, []);
    const assigned = (await run(page, "Assign it")).data;
    assert.deepEqual([...assigned.roleGrantPatterns.userErrors, ...assigned.userAssignRoles.userErrors], []);
    assert.equal(assigned.userAssignRoles.user.username, username);
    assert.equal((await run(page, "Why?")).data.explainAccess.decision.allowed, true, "the assignment shows");
    const { impact, userErrors } = (await run(page, "Dry run")).data.userUnassignRoles;
    assert.deepEqual([userErrors, impact.usersAffected], [[], 1]);
    assert.ok(impact.permissionsLost > 0);
    assert.equal((await run(page, "Log out")).data.logout.endedSessions, 1);
    await bar(page).getByRole("button", { name: "Log in" }).waitFor();
  }
});

test("without an administrator, each example has a response of its own in words", async () => {
  await run(page, "Sign up");
  for (const title of ["Users", "Create a role", "Assign it", "Dry run"]) {
    const { errors } = await run(page, title);
    assert.equal(errors?.[0]?.extensions.code, "FORBIDDEN", title);
    await details(page).getByText(/lacks .* log in as an administrator/).first().waitFor();
  }
});

test("the session is in cookies, survives a reload and is that of every tab", async () => {
  await fillIn(page, "bea", "Sign up", "another-horse-battery-77");
  await bar(page).getByText(/\d+ min left/).waitFor();
  const cookies = (await opened.context.cookies()).filter(({ name }) => name.includes("keyward"));
  assert.deepEqual(cookies.map(({ httpOnly, secure }) => httpOnly && secure), [true, true]);
  assert.doesNotMatch(await stored(page), /ey[A-Za-z0-9]{10}|kwr_|another-horse/);
  await page.reload();
  await bar(page).getByText("Logged in as bea").waitFor();

  const other = await openPage(opened.context, `${service.origin}/playground`);
  await bar(other).getByText("Logged in as bea").waitFor();
  await bar(other).getByRole("button", { name: "Log out" }).click();
  await bar(page).getByRole("button", { name: "Log in" }).waitFor();
  await fillIn(page, "root", "Log in");
  await bar(other).getByText("Logged in as root").waitFor();
  assert.equal((await run(other, "Create a role")).data.roleCreate.userErrors.length, 0, "the CSRF header of the new session");
});

test("a login in the console is a login here, and so is its end", async () => {
  const console = await opened.context.newPage();
  await console.goto(`${service.origin}/`);
  await console.getByLabel("Username or email").fill("root");
  await console.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await console.getByRole("button", { name: "Log in" }).click();
  await bar(page).getByText("Logged in as root").waitFor();
  await bar(page).getByRole("button", { name: "Log out" }).click();
  await console.getByLabel("Username or email").waitFor();
});

test("the schema is offered where it is served", async () => {
  const link = bar(page).getByRole("link", { name: "schema.graphql" });
  assert.match(await page.evaluate(async (address) => (await fetch(address)).text(), await link.getAttribute("href")), /^type Query/m);
  await page.route("**/schema.graphql", (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await ready(page);
  await bar(page).getByRole("button", { name: "Log in" }).waitFor();
  assert.equal(await link.count(), 0);
});

test("two tabs renew an expired access token and disagree about nothing", async () => {
  await fillIn(page, "root", "Log in");
  const other = await openPage(opened.context, `${service.origin}/playground`);
  await bar(other).getByText("Logged in as root").waitFor();
  await opened.context.clearCookies({ name: "__Host-keyward-access" });
  const responses = await Promise.all([run(page, "Users"), run(other, "Create a role")]);
  // The first response is the refusal; the page shows the one after the renewal.
  for (const { errors } of responses) assert.equal(errors?.[0].extensions.reason ?? "EXPIRED", "EXPIRED");
  for (const it of [page, other]) {
    await details(it).getByText("HTTP 200").waitFor();
    await bar(it).getByText("Logged in as root").waitFor();
    assert.equal(await details(it).getByRole("note").count(), 0);
  }
  assert.ok((await opened.context.cookies()).some(({ name }) => name === "__Host-keyward-access"), "renewed");
});

test("a wrong password and a weak one are refused at the bar in words", async () => {
  await bar(page).getByLabel("Username").fill("root");
  await bar(page).getByLabel("Password").fill("not the password");
  await bar(page).getByRole("button", { name: "Log in" }).click();
  await bar(page).getByRole("status").getByText(/wrong/).waitFor();
  await bar(page).getByLabel("Password").fill("short");
  await bar(page).getByLabel("Username").fill("zoe");
  await bar(page).getByRole("button", { name: "Sign up" }).click();
  await bar(page).getByText(/shorter than 15/).waitFor();
});

test("a session acts with only the roles that are chosen", async () => {
  await fillIn(page, "root", "Log in");
  await bar(page).getByText("Act with roles").click();
  await bar(page).getByLabel("superadmin").uncheck();
  await bar(page).getByRole("button", { name: "Act with only these" }).click();
  await bar(page).getByText("superadmin").and(page.locator(".who > span .faint")).waitFor({ state: "detached" });
  assert.equal((await run(page, "Users")).errors[0].extensions.code, "FORBIDDEN");
  await bar(page).getByText("Act with roles").click();
  await bar(page).getByLabel("superadmin").check();
  await bar(page).getByRole("button", { name: "Act with only these" }).click();
  await bar(page).locator(".who > span .faint").getByText("superadmin").waitFor();
  assert.ok((await run(page, "Users")).data.users);
});

test("the panel says what the session may call, and leads to the docs and the editor", async () => {
  await page.getByRole("button", { name: "Show What can I call?" }).click();
  const panel = page.locator(".panel");
  await panel.getByText("Log in to see").waitFor();
  await fillIn(page, "cleo", "Sign up");
  await panel.getByLabel("Filter by name or rule").fill("query.users");
  await panel.getByText("denied").waitFor();
  await panel.getByText('@hasPermission(permission: "user:read")').waitFor();
  await panel.getByLabel("Only what is allowed").check();
  await panel.getByText("No field matches.").waitFor();
  await panel.getByLabel("Filter by name or rule").fill("serviceInfo");
  await tab(page, "Me").click();
  await panel.getByRole("button", { name: "Add to the editor: Query.serviceInfo" }).click();
  await editor(page).getByText("serviceInfo").waitFor();
  await panel.getByRole("button", { name: "Query.serviceInfo", exact: true }).click();
  await page.locator(".graphiql-doc-explorer-title").getByText("serviceInfo").waitFor();
});

test("errors are explained below the response", async () => {
  await run(page, "Users");
  await details(page).getByText(/Nobody is logged in, and/).waitFor();
  await fillIn(page, "dora", "Sign up");
  await run(page);
  await details(page).getByText(/dora lacks/).waitFor();
  await details(page).getByRole("button", { name: "Docs of Query.users" }).click();
  await page.locator(".graphiql-doc-explorer-title").getByText("users").waitFor();
  await write(page, "query Nope { nope }");
  await run(page);
  await details(page).getByText(/does not fit the schema/).waitFor();
  await details(page).getByText("HTTP 400").waitFor();
});

test("an unconfirmed password is confirmed below the response", async () => {
  await fillIn(page, "root", "Log in");
  // A recent login cannot be waited for here, so the refusal of the service is repeated to the page.
  let refused = true;
  await page.route("**/graphql", async (route) => {
    const isDeletion = route.request().postDataJSON().query.includes("mutation Remove");
    if (!isDeletion || !refused) return route.continue();
    await route.fulfill({ json: { data: { roleDelete: null }, errors: [{ message: "confirm the password", path: ["roleDelete"], extensions: { code: "REAUTHENTICATION_REQUIRED" } }] } });
  });
  await write(page, 'mutation Remove { roleDelete(id: "role_none") { userErrors { code } } }');
  await run(page);
  await details(page).getByText(/requires a password that was confirmed/).waitFor();
  await details(page).getByLabel("Your password").fill(PASSWORD);
  await details(page).getByRole("button", { name: "Confirm password" }).click();
  await details(page).getByText("Confirmed: run the operation again.").waitFor();
  refused = false;
  assert.ok(!(await run(page)).errors?.some(({ extensions }) => extensions.code === "REAUTHENTICATION_REQUIRED"));
});

test("facts of the response, and its request as curl, fetch and link without secrets", async () => {
  await run(page, "Sign up");
  for (const [name, part] of [["Copy as curl", "$KEYWARD_TOKEN"], ["Copy as fetch", 'credentials: "same-origin"'], ["Copy link", "#query="]]) {
    await details(page).getByRole("button", { name }).click();
    await page.waitForFunction(async (wanted) => (await navigator.clipboard.readText()).includes(wanted), part);
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(decodeURIComponent(text), /mutation SignUp/);
    assert.doesNotMatch(text, /correct-horse/);
  }
  await run(page, "Users");
  await details(page).getByText(/HTTP 200 · \d+ ms · \d+ B · policy revision \d+/).waitFor();
});

test("a link opens an operation in a new tab and does not run it", async () => {
  await tab(page, "Why?").click();
  await details(page).getByRole("button", { name: "Copy link" }).click();
  await details(page).getByText("Copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await openPage(opened.context, link);
  await other.locator(".graphiql-tab").nth(TITLES.length).waitFor();
  await editor(other).getByText("explainAccess").waitFor();
  assert.equal(await tabs(other).count(), TITLES.length + 1);
  assert.equal(new URL(other.url()).hash, "");
  assert.equal(await details(other).getByText("HTTP").count(), 0, "it was not run");
  await other.evaluate(() => (location.hash = `query=${encodeURIComponent("query Linked { serviceInfo { version } }")}`));
  await editor(other).getByText("Linked").waitFor();
  assert.ok((await run(other)).data.serviceInfo.version);
});

test("the field tree adds fields with their arguments, and removes them", async () => {
  await page.getByRole("button", { name: "Show Fields" }).click();
  await page.getByRole("button", { name: "New tab" }).click();
  const panel = page.locator(".panel");
  await panel.getByLabel("Filter root fields").fill("roleByName");
  await panel.getByRole("checkbox", { name: /^roleByName/ }).check();
  await panel.getByRole("checkbox", { name: /^description/ }).check();
  await page.waitForFunction(() => /roleByName\(name:.\$name\)/.test(document.querySelector(".graphiql-query-editor .view-lines").innerText));
  await panel.getByRole("checkbox", { name: /^roleByName/ }).uncheck();
  await page.waitForFunction(() => !document.querySelector(".graphiql-query-editor .view-lines").innerText.includes("roleByName"));
});

test("work in a tab survives a reload, secrets in it do not", async () => {
  await write(page, "query Mine { me { email } }");
  await write(page, 'mutation Mine2 { login(username: "bo", password: "a-secret-of-mine") { expiresAt } }');
  await page.waitForFunction(() => localStorage.getItem("graphiql:tabState")?.includes("Mine2"));
  assert.ok(!(await stored(page)).includes("a-secret-of-mine"));
  await page.reload();
  await ready(page);
  await tab(page, "Mine").click();
  await editor(page).getByText("email").waitFor();
});

for (const [name, options] of Object.entries({
  "in light": { colorScheme: "light" },
  "in dark": { colorScheme: "dark" },
  "on a phone": { colorScheme: "light", viewport: { width: 390, height: 844 } },
})) {
  test(`axe-core finds nothing serious ${name}`, async () => {
    await opened.context.close();
    opened = await open(browser, service.origin, options);
    ({ page } = opened);
    await run(page, "Users");
    await assertAccessible(page);
    await fillIn(page, `axe-${name.replaceAll(" ", "-")}`, "Sign up");
    await run(page);
    const panels = options.viewport ? [] : ["Show What can I call?", "Show Fields", "Show Documentation Explorer"];
    for (const panel of panels) {
      await page.getByRole("button", { name: panel }).click();
      await assertAccessible(page);
    }
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
    if (!options.viewport) return;
    const [top, bottom] = await Promise.all([page.locator(".graphiql-editors").boundingBox(), page.locator(".graphiql-response").boundingBox()]);
    assert.ok(bottom.y >= top.y + top.height - 1, "the response is below the editor");
  });
}
