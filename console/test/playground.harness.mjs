// A page of the built playground in Chromium, on a service with a database of its own.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { start } from "./serve.mjs";

export const PASSWORD = "correct-horse-battery-42";
const BINARY = process.env.KEYWARD_BIN ?? new URL("../../target/debug/keyward", import.meta.url).pathname;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const READY_WITHIN = 20_000;

/**
 * Starts a service. Its page is the one in the binary, or the build in PLAYGROUND_DIST. `keyward` runs a command of the binary on
 * its database.
 */
export async function startService(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "keyward-playground-"));
  const port = await freePort();
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
  const env = { ...Object.fromEntries(inherited), KEYWARD_DATA_DIR: join(folder, "data"), KEYWARD_LISTEN: `127.0.0.1:${port}`, KEYWARD_LIMITS_LOGIN_PER_ACCOUNT: "1000", ...settings };
  const service = spawn(BINARY, ["serve"], { env, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, service);
  const server = process.env.PLAYGROUND_DIST ? await start(url) : null;
  return {
    url,
    origin: `http://localhost:${server?.address().port ?? port}`,
    keyward: (args, input) =>
      new Promise((resolve, reject) => {
        const child = execFile(BINARY, args, { env }, (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(stdout)));
        child.stdin.end(input);
      }),
    async stop() {
      server?.close();
      server?.closeAllConnections();
      service.kill("SIGTERM");
      await once(service, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url, service) {
  for (const end = Date.now() + READY_WITHIN; Date.now() < end; ) {
    if (service.exitCode !== null) throw new Error(`the service ended with ${service.exitCode}`);
    if (await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the service is not ready");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

/** A browser of its own with the playground open, and what it does that no page may. */
export async function open(browser, origin, { path = "/playground", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const complaints = [];
  const requested = [];
  context.on("request", (request) => requested.push(request.url()));
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("console", (message) => {
    // The browser itself reports each HTTP status of 400 and above, which is how some GraphQL responses arrive.
    const isStatus = /\/(graphql|schema\.graphql)$/.test(message.location().url);
    if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(message.text());
  });
  return { context, complaints, requested, page: await openPage(context, `${origin}${path}`) };
}

/** Opens another tab of the same browser. */
export async function openPage(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  return page;
}

export async function ready(page) {
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
}

export const bar = (page) => page.getByRole("banner");
export const details = (page) => page.getByRole("region", { name: "About the response" });
export const tabs = (page) => page.locator(".graphiql-tab-button");
export const tab = (page, title) => tabs(page).and(page.getByRole("button", { name: title, exact: true }));
export const editor = (page) => page.locator(".graphiql-query-editor .view-lines");

/** Runs the visible tab, or the one of a title, and resolves to the response. */
export async function run(page, title) {
  if (title) await tab(page, title).click();
  const shown = (await tabs(page).and(page.locator('[aria-current="true"]')).textContent()) ?? "";
  const arrival = page.waitForResponse((response) => response.url().endsWith("/graphql") && isOfEditor(response.request()));
  await page.getByRole("button", { name: /^Execute/ }).click();
  const response = await arrival;
  const body = await response.json();
  await details(page).getByText(`HTTP ${response.status()}`).waitFor();
  assert.ok(body.data || body.errors, `${shown} has no response`);
  return body;
}

/** The operations of the examples are named; those of the page itself are not. */
function isOfEditor(request) {
  return /^\s*(#.*\s*)*(query|mutation) \w+/.test(request.postDataJSON()?.query ?? "");
}

/** Writes a document into a new tab. */
export async function write(page, document) {
  await page.getByRole("button", { name: "New tab" }).click();
  await page.locator(".graphiql-query-editor .monaco-editor").first().click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(document);
}

export async function fillIn(page, username, button, password = PASSWORD) {
  await bar(page).getByLabel("Username").fill(username);
  await bar(page).getByLabel("Password").fill(password);
  await bar(page).getByRole("button", { name: button }).click();
  await bar(page).getByText(`Logged in as ${username}`).waitFor();
}

export const stored = (page) => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

/** Fails when axe-core finds something serious or critical. */
export async function assertAccessible(page) {
  const { default: AxeBuilder } = await import("@axe-core/playwright");
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 140)} ${any[0]?.message ?? ""}`).join("\n  ")}`), []);
}

/** Waits for what no locator can see. */
export async function until(check, message) {
  for (const end = Date.now() + READY_WITHIN; !check(); ) {
    assert.ok(Date.now() < end, message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
