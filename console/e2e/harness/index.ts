import AxeBuilder from "@axe-core/playwright";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { startDevelopmentServer } from "./development";
import { PASSWORD, type Seed } from "./seed";
import { Service } from "./service";

export { expect, PASSWORD };

interface Options {
  /** What the database holds. */
  readonly seed: Seed;
  /** `KEYWARD_*` variables of the service. */
  readonly settings: Readonly<Record<string, string>>;
  /** Messages in the console that the test provokes. */
  readonly provoked: RegExp | null;
}

interface Fixtures {
  readonly service: Service;
  /** Where the pages are. */
  readonly origin: string;
  /** Opens a page of another browser, watched like `page`. */
  readonly otherBrowser: () => Promise<Page>;
}

/** A test with a service and a browser of its own. Errors in the console and requests to other origins fail it. */
export const test = base.extend<Options & Fixtures>({
  seed: ["company", { option: true }],
  settings: [{}, { option: true }],
  provoked: [null, { option: true }],
  service: async ({ seed, settings }, use) => {
    const service = await Service.start(seed, settings);
    await use(service);
    await service.remove();
  },
  origin: async ({ service }, use) => {
    const development = process.env["E2E_SOURCES"] ? await startDevelopmentServer(service.url) : null;
    await use(development?.url ?? service.url);
    await development?.stop();
  },
  baseURL: async ({ origin }, use) => use(origin),
  page: async ({ page, origin, provoked }, use) => {
    const found = watch(page, origin);
    await use(page);
    expect(found.filter((finding) => !provoked?.test(finding))).toEqual([]);
  },
  otherBrowser: async ({ browser, origin }, use) => {
    const opened: { readonly page: Page; readonly found: readonly string[] }[] = [];
    await use(async () => {
      const page = await newPage(browser, origin);
      opened.push({ page, found: watch(page, origin) });
      return page;
    });
    for (const { page, found } of opened) {
      expect(found).toEqual([]);
      await page.context().close();
    }
  },
});

async function newPage(browser: Browser, origin: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  return context.newPage();
}

/** Collects what no page may do. */
function watch(page: Page, origin: string): readonly string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", ({ message }) => found.push(`error: ${message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) found.push(`request to ${url}`);
  });
  return found;
}

/** Logs in with the form of the page that is shown. */
export async function logIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Username or email").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("button", { name: `Your account: ${username}` })).toBeVisible();
}

/** Opens an address of the console as a user who logs in first. */
export async function openAs(page: Page, username: string, path: string): Promise<void> {
  await page.goto(path);
  await logIn(page, username);
}

/** Fails when axe-core finds something serious or critical on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)).toEqual([]);
}

/** Opens the review of the draft, and saves it once nothing stands in the way. */
export async function saveDraft(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^● \d+ changes?$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Save \d+ changes?$/ }).click();
  await expect(page.getByRole("dialog").getByText(/^Saved/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).first().click();
}

/** Records the mutations that a page sends from now on, by the name of their root field's operation. */
export function mutationsOf(page: Page): readonly string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    const query = request.url().endsWith("/graphql") ? (request.postDataJSON() as { query?: string } | null)?.query : undefined;
    const name = /^\s*mutation\s+(\w+)/.exec(query ?? "")?.[1];
    if (name) sent.push(name);
  });
  return sent;
}
