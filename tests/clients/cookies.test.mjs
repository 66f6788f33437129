// Cookies in a real browser: signup, login and logout; no token is readable by scripts; other origins have no access.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { administrator, start } from "./keyward.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PASSWORD = "correct-horse-battery-42";
const [ACCESS, REFRESH] = ["__Host-keyward-access", "__Host-keyward-refresh"];
const RENEW = "mutation { refresh { accessToken refreshToken csrfToken viewer { user { username } } userErrors { code } } }";
const ME = "{ me { username displayName } }";
const LOGOUT = "mutation { logout { endedSessions } }";
const RENAME = 'mutation { profileUpdate(input: { displayName: "Eve" }) { userErrors { code } } }';

let browser, otherOrigin, keyward, port, context, page, name;
let people = 0;

before(async () => {
  // A server of another origin, with blank pages.
  otherOrigin = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"));
  await new Promise((done) => otherOrigin.listen(0, done));
  keyward = await start();
  port = new URL(keyward.url).port;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
});

after(async () => {
  await browser?.close();
  otherOrigin?.close();
  otherOrigin?.closeAllConnections();
  await keyward?.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  name = `ana${++people}`;
});

afterEach(() => context.close());

/** Sends an operation as a script of the page would; resolves to the response as the script reads it. */
const ask = (tab, query, csrfToken, url = "/graphql") =>
  tab.evaluate(
    async ([query, csrfToken, url]) => {
      const headers = { "content-type": "application/json", ...(csrfToken && { "x-csrf-token": csrfToken }) };
      const credentials = url === "/graphql" ? "same-origin" : "include";
      const response = await fetch(url, { method: "POST", headers, credentials, body: JSON.stringify({ query }) });
      return { status: response.status, ...(await response.json()) };
    },
    [query, csrfToken, url],
  );

const signIn = (field, username = name) =>
  `mutation { ${field}(username: "${username}", password: "${PASSWORD}", delivery: COOKIE) {
    accessToken refreshToken csrfToken userErrors { code } } }`;

/** Signs up on a page of the service; resolves to the token for the CSRF header. */
async function signUp(origin = keyward.url) {
  await page.goto(`${origin}/healthz`);
  const { data } = await ask(page, signIn("signup"));
  assert.deepEqual(data.signup.userErrors, []);
  return data.signup.csrfToken;
}

/** The cookies of the browser by name, which no script sees. */
const cookies = async () => Object.fromEntries((await context.cookies()).map((cookie) => [cookie.name, cookie]));

/** Sends copied cookies from outside the browser. */
async function replay(kept, query, csrfToken) {
  const cookie = Object.values(kept).map(({ name, value }) => `${name}=${value}`).join("; ");
  const headers = { "content-type": "application/json", cookie, "x-csrf-token": csrfToken };
  return (await fetch(`${keyward.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) })).json();
}

for (const host of ["127.0.0.1", "localhost"]) {
  test(`on http://${host} signup, login and logout work, and the server ends the session`, async () => {
    await signUp(`http://${host}:${port}`);
    const { data } = await ask(page, signIn("login"));
    const { accessToken, refreshToken, csrfToken } = data.login;
    assert.deepEqual([accessToken, refreshToken], [null, null]);

    const kept = await cookies();
    assert.deepEqual(Object.keys(kept).sort(), [ACCESS, REFRESH]);
    const now = Date.now() / 1000;
    for (const [cookie, age] of [[kept[ACCESS], 600], [kept[REFRESH], 30 * 24 * 3600]]) {
      const { httpOnly, secure, sameSite, path, domain, expires } = cookie;
      assert.deepEqual({ httpOnly, secure, sameSite, path, domain }, { httpOnly: true, secure: true, sameSite: "Lax", path: "/", domain: host });
      assert.ok(Math.abs(expires - now - age) < 30, `${cookie.name} ends in ${expires - now} s`);
    }

    // The browser sends the cookie, and the server reads the session.
    assert.equal((await ask(page, ME, csrfToken)).data.me.username, name);
    const bare = await ask(page, ME);
    assert.deepEqual([bare.status, bare.errors[0].extensions.code], [403, "CSRF_FAILED"]);

    assert.equal((await ask(page, LOGOUT, csrfToken)).data.logout.endedSessions, 1);
    assert.deepEqual(await cookies(), {});
    assert.equal((await ask(page, ME)).data.me, null);
    const late = await replay(kept, ME, csrfToken);
    assert.deepEqual([late.errors[0].extensions.code, late.errors[0].extensions.reason], ["UNAUTHENTICATED", "REVOKED"]);
  });
}

test("tokens are hidden from scripts and storage, and a reload loses only the CSRF token, which is fetched again", async () => {
  const csrfToken = await signUp();
  const seen = () => page.evaluate(() => [document.cookie, JSON.stringify([{ ...localStorage }, { ...sessionStorage }])]);
  assert.deepEqual(await seen(), ["", "[{},{}]"]);
  await page.reload();
  assert.deepEqual(await seen(), ["", "[{},{}]"]);
  const learnt = await ask(page, "{ viewer { csrfToken } }", "fetch");
  assert.equal(learnt.data.viewer.csrfToken, csrfToken);
  assert.equal((await ask(page, RENAME, "fetch")).errors[0].extensions.code, "CSRF_FAILED");
  assert.deepEqual((await ask(page, RENAME, csrfToken)).data.profileUpdate.userErrors, []);
});

test("an expired access cookie is renewed with the refresh cookie", async () => {
  await signUp();
  await context.clearCookies({ name: ACCESS });
  await page.reload();
  assert.equal((await ask(page, ME, "fetch")).errors[0].extensions.reason, "EXPIRED");
  const { refresh } = (await ask(page, RENEW, "fetch")).data;
  assert.equal(refresh.viewer.user.username, name);
  assert.equal((await ask(page, ME, refresh.csrfToken)).data.me.username, name);
});

test("two tabs that refresh concurrently both keep their session", async () => {
  const csrfToken = await signUp();
  const before = await cookies();
  const other = await context.newPage();
  await other.goto(`${keyward.url}/healthz`);
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all([page, other, page, other].map((tab) => ask(tab, RENEW, csrfToken)));
    for (const { data } of answers) assert.equal(data.refresh.viewer.user.username, name);
    for (const tab of [page, other]) assert.equal((await ask(tab, ME, csrfToken)).data.me.username, name);
  }
  assert.notEqual((await cookies())[REFRESH].value, before[REFRESH].value);
});

test("a session revoked by an administrator ends in the browser, and its cookies are cleared", async () => {
  const csrfToken = await signUp();
  const { data } = await ask(page, "{ me { id } }", csrfToken);
  const post = async (query, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    return (await fetch(`${keyward.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) })).json();
  };
  const { username, password } = administrator;
  const { login } = (await post(`mutation { login(username: "${username}", password: "${password}") { accessToken } }`)).data;
  await post(`mutation { userRevokeSessions(id: "${data.me.id}") { userErrors { code } } }`, login.accessToken);
  assert.equal((await ask(page, ME, csrfToken)).errors[0].extensions.reason, "REVOKED");
  assert.deepEqual(await cookies(), {});
});

// Another port is another origin of the same site, so the browser sends the cookies; another host is another site.
for (const host of ["127.0.0.1", "localhost"]) {
  test(`a page on another port of ${host} cannot act, with any kind of request`, async () => {
    const csrfToken = await signUp();
    const foreign = await context.newPage();
    await foreign.goto(`http://${host}:${otherOrigin.address().port}/`);
    const arrived = [];
    context.on("response", (response) => response.url().includes("/graphql") && arrived.push(response.status()));

    for (const token of [csrfToken, "fetch", undefined]) {
      for (const query of [ME, RENAME, LOGOUT, RENEW, signIn("login")]) {
        await assert.rejects(ask(foreign, query, token, `${keyward.url}/graphql`), /Failed to fetch/, query);
      }
    }
    // Requests without a preflight: a simple request, an image, a link, a form.
    await foreign.evaluate(
      async ([url, body]) => {
        const send = (type) => fetch(url, { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": type }, body });
        for (const type of ["text/plain", "application/x-www-form-urlencoded"]) await send(type);
        await new Promise((done) => Object.assign(new Image(), { onload: done, onerror: done, src: `${url}?query={me{id}}` }));
      },
      [`${keyward.url}/graphql`, JSON.stringify({ query: RENAME })],
    );
    const link = await foreign.goto(`${keyward.url}/graphql?query={me{id}}`, { referer: foreign.url() });
    assert.equal(link.status(), 403);
    await foreign.goto(`http://${host}:${otherOrigin.address().port}/`);
    const answer = foreign.waitForResponse((response) => response.request().isNavigationRequest());
    await foreign.evaluate(
      ([url, body]) => {
        const form = Object.assign(document.createElement("form"), { method: "POST", action: url, enctype: "text/plain" });
        form.append(Object.assign(document.createElement("input"), { name: `${body.slice(0, -1)},"x":"`, value: '"}' }));
        document.body.append(form);
        form.submit();
      },
      [`${keyward.url}/graphql`, JSON.stringify({ query: RENAME })],
    );
    assert.equal((await answer).status(), 415);
    assert.ok(arrived.length >= 3 && arrived.every((status) => [403, 405, 415].includes(status)), arrived.join());

    const { data } = await ask(page, ME, csrfToken);
    assert.deepEqual(data.me, { username: name, displayName: name });
  });
}

test("a page of an allowed origin logs in and acts, and one of another origin cannot", async () => {
  const origin = `http://127.0.0.1:${otherOrigin.address().port}`;
  const open = await start({ KEYWARD_CORS_ORIGINS: origin });
  try {
    const url = `${open.url}/graphql`;
    await page.goto(origin);
    const { csrfToken } = (await ask(page, signIn("signup"), undefined, url)).data.signup;
    assert.equal((await ask(page, ME, csrfToken, url)).data.me.username, name);
    assert.deepEqual((await ask(page, RENAME, csrfToken, url)).data.profileUpdate.userErrors, []);
    assert.equal((await ask(page, ME, undefined, url)).errors[0].extensions.code, "CSRF_FAILED");
    assert.equal(await page.evaluate(() => document.cookie), "");
    await page.goto(`http://localhost:${otherOrigin.address().port}/`);
    await assert.rejects(ask(page, LOGOUT, csrfToken, url), /Failed to fetch/);
  } finally {
    await open.stop();
  }
});

test("without TLS and without the prefix, cookies work on loopback", async () => {
  const names = { KEYWARD_COOKIE_ACCESS_NAME: "access", KEYWARD_COOKIE_REFRESH_NAME: "refresh" };
  const plain = await start({ ...names, KEYWARD_COOKIE_SECURE: "false" });
  try {
    const csrfToken = await signUp(plain.url);
    assert.deepEqual((await context.cookies()).map(({ name, secure }) => [name, secure]).sort(), [["access", false], ["refresh", false]]);
    assert.equal((await ask(page, ME, csrfToken)).data.me.username, name);
    assert.match(plain.log(), /cookies are sent without TLS/);
  } finally {
    await plain.stop();
  }
});
