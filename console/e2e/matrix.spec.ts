import type { Page } from "@playwright/test";
import { expect, expectAccessible, mutationsOf, openAs, saveDraft, test } from "./harness";
import type { Service } from "./harness/service";

const MATRIX = "/roles?view=matrix";

function cell(page: Page, permission: string, role: string) {
  return page.getByRole("gridcell", { name: new RegExp(`^${permission}, ${role}:`) });
}

/** The state of a cell in words. */
async function state(page: Page, permission: string, role: string): Promise<string> {
  const label = (await cell(page, permission, role).getAttribute("aria-label")) ?? "";
  return label.slice(`${permission}, ${role}: `.length);
}

async function openInvoices(page: Page, username = "root"): Promise<void> {
  await openAs(page, username, `${MATRIX}&rows=invoice`);
  await expect(page.getByRole("grid")).toBeVisible();
}

test("cells say what a role holds and from where, and a change of them goes to the draft only", async ({ page, service }) => {
  await openInvoices(page);
  const sent = mutationsOf(page);
  expect(await state(page, "invoice:read", "clerk")).toBe("direct");
  expect(await state(page, "invoice:read", "controller")).toBe("inherited from clerk");
  await cell(page, "invoice:read", "accountant").hover();
  await expect(page.getByRole("tooltip")).toHaveText("inherited from clerk");
  await expectAccessible(page);
  await cell(page, "invoice:pay", "clerk").click();
  await cell(page, "invoice:write", "accountant").click();
  await cell(page, "invoice:read", "controller").click();
  await cell(page, "invoice:approve", "payer").click();
  await expect(page.getByRole("button", { name: "● 4 changes" })).toBeVisible();
  expect(await state(page, "invoice:pay", "clerk")).toBe("added in the draft");
  expect(await state(page, "invoice:pay", "controller")).toBe("with the draft, inherited from clerk");
  expect(await state(page, "invoice:write", "accountant")).toBe("removed in the draft");
  expect(await state(page, "invoice:write", "controller")).toBe("with the draft, no longer from accountant");
  expect(await state(page, "invoice:read", "controller")).toBe("added in the draft, also from clerk");
  await expectAccessible(page);
  expect(sent).toEqual([]);
  await saveDraft(page);
  await expect(cell(page, "invoice:read", "controller")).toHaveAccessibleName(/direct, and redundant: also from clerk/);
  // Two of the seed, and this one.
  expect(await service.audit(["policy.apply"])).toHaveLength(3);
});

test("a second click takes a change back", async ({ page }) => {
  await openInvoices(page);
  await cell(page, "invoice:pay", "clerk").click();
  await expect(page.getByRole("button", { name: "● 1 change" })).toBeVisible();
  await cell(page, "invoice:pay", "clerk").click();
  await expect(page.getByRole("button", { name: "● 1 change" })).toHaveCount(0);
  expect(await state(page, "invoice:pay", "clerk")).toBe("not held");
});

test("the keyboard moves, changes cells and fills ranges", async ({ page }) => {
  await openInvoices(page);
  await cell(page, "invoice:approve", "clerk").focus();
  await expect(page.getByRole("tooltip")).toHaveText("not held");
  await page.keyboard.press("Space");
  expect(await state(page, "invoice:approve", "clerk")).toBe("added in the draft");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  expect(await state(page, "invoice:pay", "accountant")).toBe("added in the draft, also from clerk");
  await expect(page.getByRole("button", { name: "● 4 changes" })).toBeVisible();
  await page.keyboard.press("Control+End");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^invoice:write, /);
  await page.keyboard.press("Control+Home");
  await expect(page.locator(":focus")).toHaveText(/Permission/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "invoice 4 permissions" })).toHaveAttribute("aria-expanded", "false");
  await expect(cell(page, "invoice:read", "clerk")).toHaveCount(0);
});

test("a click with Shift fills a range with the state of its first cell", async ({ page }) => {
  await openInvoices(page);
  await cell(page, "invoice:approve", "clerk").click();
  await cell(page, "invoice:pay", "accountant").click({ modifiers: ["Shift"] });
  await expect(page.getByRole("button", { name: "● 4 changes" })).toBeVisible();
});

test("a range does not begin at a cell that a filter hides", async ({ page }) => {
  await openInvoices(page);
  await cell(page, "invoice:approve", "clerk").click();
  await page.getByLabel("Filter permissions").fill("invoice:pay");
  await expect(cell(page, "invoice:approve", "clerk")).toHaveCount(0);
  await cell(page, "invoice:pay", "accountant").click({ modifiers: ["Shift"] });
  await expect(page.getByRole("button", { name: "● 2 changes" })).toBeVisible();
});

test("filters and a comparison live in the address", async ({ page, service }) => {
  const [clerk, controller] = [await service.idOf("role", "clerk"), await service.idOf("role", "controller")];
  await openAs(page, "root", MATRIX);
  await page.getByLabel("Filter permissions").fill("invoice");
  await page.getByLabel("Filter roles").fill("er");
  await page.getByRole("button", { name: "Only rows that differ" }).click();
  await expect(page.getByText("4 permissions, 5 roles")).toBeVisible();
  await page.reload();
  await expect(page.getByText("4 permissions, 5 roles")).toBeVisible();
  await page.goto(`${MATRIX}&rows=invoice&left=${clerk}&right=${controller}`);
  await expect(page.getByText("2 permissions differ.")).toBeVisible();
  await expect(page.getByRole("columnheader")).toHaveCount(3);
  await expect(page.getByRole("gridcell")).toHaveCount(4);
  await expectAccessible(page);
});

test("a locked cell says why, and a click changes nothing", async ({ page }) => {
  await openInvoices(page, "eve");
  expect(await state(page, "invoice:pay", "clerk")).toBe("not held. Locked: you lack permission:grant.");
  await cell(page, "invoice:pay", "clerk").click();
  await expect(page.getByRole("tooltip")).toContainText("permission:grant");
  await expect(page.getByRole("button", { name: /^● / })).toHaveCount(0);
  await expectAccessible(page);
});

test("without the permissions to read it, the matrix names them, and the rest of the screen stays", async ({ page }) => {
  await openAs(page, "ana", MATRIX);
  await expect(page.getByText(/role:read/).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Roles" })).toBeVisible();
  await expect(page.getByRole("grid")).toHaveCount(0);
});

test("authority over a role and a permission decides on each cell", async ({ page, service }) => {
  const root = await service.token("root");
  const held = ["permission:grant", "permission:read", "role:read", "invoice:read"];
  const ids = await Promise.all(held.map((name) => service.idOf("permission", name)));
  const create = "mutation ($ids: [ID!]) { roleCreate(input: { name: \"granter\", permissionIds: $ids }) { role { id } } }";
  const { data } = await service.request<{ roleCreate: { role: { id: string } } }>(create, { ids }, root);
  const assign = "mutation ($id: ID!, $ids: [ID!]!) { userAssignRoles(userId: $id, roleIds: $ids) { userErrors { message } } }";
  await service.request(assign, { id: await service.idOf("user", "ana"), ids: [data.roleCreate.role.id] }, root);
  await openInvoices(page, "ana");
  expect(await state(page, "invoice:read", "clerk")).toBe("direct");
  expect(await state(page, "invoice:pay", "clerk")).toBe("not held. Locked: you lack invoice:pay.");
  expect(await state(page, "invoice:approve", "controller")).toBe("direct. Locked: your authority does not cover changes of controller.");
});

test.describe("200 permissions and 500 roles", () => {
  test("are painted soon after they were read, and scroll smoothly", async ({ page, service }) => {
    test.setTimeout(180_000);
    await addFiller(service);
    await watchFirstCell(page);
    await openAs(page, "root", MATRIX);
    await expect(page.getByRole("gridcell").first()).toBeVisible({ timeout: 30_000 });
    const firstPaint = await page.evaluate(sinceLastPart);
    const still = await page.evaluate(scrollFor, { duration: 2000, step: 0 });
    const scrolling = await page.evaluate(scrollFor, { duration: 5000, step: 40 });
    const rendered = await page.getByRole("gridcell").count();
    console.log(`first paint ${Math.round(firstPaint)} ms after the data; frames without scrolling ${words(still)}; scrolling ${words(scrolling)}; ${rendered} cells rendered`);
    // The aims are 300 ms and 32 ms with a build on a machine with nothing else to do. Sources are slower, and a shared
    // machine has pauses of its own, which the frames without scrolling have too.
    expect(rendered).toBeLessThan(1000);
    expect(firstPaint).toBeLessThan(2000);
    expect(share(scrolling, 0.95)).toBeLessThan(400 + 2 * share(still, 0.95));
  });
});

/** Adds roles and permissions until there are more than 500 and 200. */
async function addFiller(service: Service): Promise<void> {
  const permissions = Array.from({ length: 200 }, (_, index) => `resource-${index % 20}:action-${Math.floor(index / 20)}`);
  const roles = Array.from({ length: 310 }, (_, index) => {
    const granted = [0, 1, 2, 3].map((step) => permissions[(index * 7 + step * 31) % permissions.length]);
    const inherits = index >= 40 && index % 3 === 0 ? `\n    inherits: [filler-${index - 40}]` : "";
    return `  filler-${index}:\n    permissions: [${granted.join(", ")}]${inherits}`;
  });
  await service.write("filler.yaml", ["version: 1", "permissions:", ...permissions.map((name) => `  ${name}: {}`), "roles:", ...roles, ""].join("\n"));
  await service.keyward(["policy", "apply", `${service.folder}/filler.yaml`, "--yes"]);
}

/** Notes when the first cell is in the page. */
async function watchFirstCell(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[role="gridcell"]')) return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark("first cell"));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

/** Time between the last part of the matrix and the first cell, in milliseconds. */
function sinceLastPart(): number {
  const PART = 20_000;
  const painted = performance.getEntriesByName("first cell")[0]?.startTime ?? Infinity;
  const parts = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const read = parts.filter(({ name, decodedBodySize, responseEnd }) => name.endsWith("/graphql") && decodedBodySize > PART && responseEnd <= painted);
  return painted - Math.max(...read.map(({ responseEnd }) => responseEnd));
}

/** The gap within which a share of all gaps lies. */
function share(gaps: readonly number[], part: number): number {
  return [...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) * part)] ?? 0;
}

function words(gaps: readonly number[]): string {
  const [middle, most, longest] = [0.5, 0.95, 1].map((part) => Math.round(share(gaps, part)));
  return `${gaps.length}: median ${middle} ms, 95 % within ${most} ms, longest ${longest} ms`;
}

/** Scrolls the grid down and across, some pixels each frame; the time between frames, in milliseconds. */
function scrollFor({ duration, step }: { readonly duration: number; readonly step: number }): Promise<number[]> {
  const scroller = document.querySelector(".matrix-scroll");
  if (!scroller) throw new Error("there is no grid");
  return new Promise((resolve) => {
    const gaps: number[] = [];
    const start = performance.now();
    let last = start;
    const onFrame = (now: number) => {
      gaps.push(now - last);
      last = now;
      scroller.scrollTop = (scroller.scrollTop + step) % (scroller.scrollHeight - scroller.clientHeight);
      scroller.scrollLeft = (scroller.scrollLeft + step) % (scroller.scrollWidth - scroller.clientWidth);
      if (now - start < duration) requestAnimationFrame(onFrame);
      else resolve(gaps.slice(1));
    };
    requestAnimationFrame(onFrame);
  });
}
