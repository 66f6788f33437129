// Opens the built playground in Chromium. Without BASE_URL it starts the stand-in of serve.mjs; with BASE_URL and
// REAL=1 the examples run against a real service.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { start } from "./serve.mjs";

const TITLES = ["Sign up", "Log in", "Me", "Can I?", "Users", "Create a role", "Why?"];
const OPERATIONS = ["mutation SignUp", "mutation LogIn", "query Me", "query CanI", "query Users", "mutation CreateRole", "query Why"];
const PASSWORD = "correct-horse-battery-42";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const runsOperations = !process.env.BASE_URL || process.env.REAL === "1";

let server, browser, base, page, requested, complaints;

before(async () => {
  if (!process.env.BASE_URL) server = await start();
  base = process.env.BASE_URL ?? `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
});

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
});

beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  requested = [];
  complaints = [];
  context.on("request", (request) => requested.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The browser itself reports each HTTP status of 400 and above, which is how some GraphQL answers arrive.
    const isAnswer = message.location().url.endsWith("/graphql");
    if (["error", "warning"].includes(message.type()) && !isAnswer) complaints.push(message.text());
  });
  await page.goto(`${base}/playground`);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
});

const bar = () => page.getByRole("banner");
const tabs = () => page.locator(".graphiql-tab-button");
const tab = (title) => tabs().and(page.getByRole("button", { name: title, exact: true }));

/** Runs a tab unedited and resolves to the answer. */
async function run(title) {
  await tab(title).click();
  const arrival = page.waitForResponse((response) => isRunOf(response.request(), title));
  await page.getByRole("button", { name: /^Execute/ }).click();
  return (await arrival).json();
}

function isRunOf(request, title) {
  return request.url().endsWith("/graphql") && request.postDataJSON().query.includes(OPERATIONS[TITLES.indexOf(title)]);
}

const stored = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

/** Writes a document into the visible tab, and leaves the editor the moment it takes to notice. */
async function type(document) {
  await page.locator(".graphiql-query-editor .monaco-editor").first().click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(document);
  await page.waitForTimeout(300);
}

test("it opens with the examples, says nothing in the console and asks no other origin", async () => {
  const titles = await tabs().allTextContents();
  assert.deepEqual(titles, TITLES);
  for (const title of TITLES) await tab(title).click();
  assert.deepEqual(await tabs().allTextContents(), TITLES, "titles survive a visit to each tab");
  await page.waitForTimeout(500);
  assert.deepEqual(complaints, []);
  assert.deepEqual(requested.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== new URL(base).origin), []);
  assert.ok(requested.some((url) => /\/assets\/graphql\.worker-/.test(url)), "the language worker is a file of ours");
});

test("no parameter of the address moves the endpoint", async () => {
  await page.goto(`${base}/playground?endpoint=https://example.org/graphql&url=/elsewhere`);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  const posts = requested.filter((url) => !url.includes("/playground"));
  assert.deepEqual([...new Set(posts)], [`${base}/graphql`]);
});

test("logged out, a guarded field points at the login bar", { skip: !runsOperations }, async () => {
  const { errors } = await run("Users");
  assert.equal(errors[0].extensions.code, "UNAUTHENTICATED");
  await bar().getByText("This needs a logged-in user").waitFor();
});

test("the examples run unedited in their order, and the tokens they yield stay in memory", { skip: !runsOperations }, async () => {
  const answers = [await run("Sign up"), await run("Log in")];
  await bar().getByText("Logged in as ana").waitFor();
  await bar().getByText(/\d+ s left/).waitFor();
  const me = await run("Me");
  assert.equal(me.data.me.username, "ana");

  answers.push(await run("Can I?"));
  const denied = await run("Users");
  assert.equal(denied.errors[0].extensions.code, "FORBIDDEN");
  await bar().getByText("user:read").waitFor();
  answers.push(await run("Create a role"));

  await tab("Why?").click();
  await page.locator(".graphiql-editor-tool").getByText(me.data.me.id).waitFor();
  answers.push(await run("Why?"));
  for (const error of answers.flatMap(({ errors }) => errors ?? [])) {
    assert.ok(error.path, `an example does not fit the schema: ${error.message}`);
  }

  await page.waitForTimeout(1000);
  const text = await stored();
  const tokens = [answers[0].data.signup, answers[1].data.login].flatMap((it) => [it.accessToken, it.refreshToken]);
  for (const token of tokens.filter(Boolean)) assert.ok(!text.includes(token), "a token was stored");

  await bar().getByRole("button", { name: "Log out" }).click();
  await bar().getByRole("button", { name: "Log in" }).waitFor();
  assert.deepEqual(complaints, []);
});

test("the login form logs in and a reload logs out", { skip: !runsOperations }, async () => {
  await bar().getByLabel("Username").fill("ana");
  await bar().getByLabel("Password").fill(PASSWORD);
  await bar().getByRole("button", { name: "Log in" }).click();
  await bar().getByText("Logged in as ana").waitFor();
  await page.reload();
  await bar().getByRole("button", { name: "Log in" }).waitFor();
});

test("the token is renewed by itself before it runs out", { skip: !runsOperations }, async () => {
  await page.clock.install();
  await page.reload();
  await run("Log in");
  await bar().getByText("Logged in as ana").waitFor();
  const renewal = page.waitForRequest((request) => request.postData()?.includes("refresh(refreshToken"));
  await page.clock.fastForward("09:45");
  await renewal;
  await bar().getByText(/(600|59\d) s left/).waitFor();
});

test("work in a tab survives a reload, secrets in it do not", async () => {
  await tab("Me").click();
  await type("query Me { me { email } }");
  await tab("Log in").click();
  await type('mutation LogIn { login(username: "bo", password: "a-secret-of-mine") { expiresAt } }');
  await page.waitForTimeout(1000);
  assert.ok(!(await stored()).includes("a-secret-of-mine"));
  await page.reload();
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  assert.deepEqual(await tabs().allTextContents(), TITLES);
  assert.match(await page.locator(".graphiql-query-editor .view-lines").innerText(), /The.same.account.again/);
  await tab("Me").click();
  await page.locator(".graphiql-query-editor").getByText("email").waitFor();
});
