import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, mutationsOf, openAs, saveDraft, test } from "./harness";
import type { Service } from "./harness/service";

const assign = "mutation ($user: ID!, $role: ID!) { change: userAssignRoles(userId: $user, roleIds: [$role]) { userErrors { message } } }";
const grant = "mutation ($user: ID!, $permission: ID!) { change: userGrantPermissions(userId: $user, permissionIds: [$permission]) { userErrors { message } } }";
const constrain =
  'mutation ($roles: [ID!]!) { change: sodConstraintCreate(input: { name: "pay-approve", kind: STATIC, limit: 2, roleIds: $roles }) { userErrors { message } } }';

/** Makes a change as root. */
async function change(service: Service, mutation: string, variables: unknown): Promise<void> {
  const { data, errors } = await service.request<{ change: { userErrors: unknown[] } | null }>(mutation, variables, await service.token("root"));
  expect(errors).toBeUndefined();
  expect(data.change?.userErrors).toEqual([]);
}

/** The card of a change that would allow an access. */
function cure(page: Page, sentence: string) {
  return page.locator("section.card").filter({ hasText: sentence });
}

test.describe("May USER do PERMISSION?", () => {
  test("a denial says how far the roles lead, and a cure goes to the draft without a mutation", async ({ page, service }) => {
    await openAs(page, "root", "/why?user=ben&permission=invoice:approve");
    await expect(page.getByRole("status").filter({ hasText: "No role of ben leads to" })).toContainText("No.");
    await expect(page.locator("ol.path").first()).toHaveText("benaccountantclerkinvoice:approve");
    await expect(page.getByText("held by controller, superadmin")).toBeVisible();
    await expect(page.locator("section.card b").first()).toHaveText("Assign controller to ben");
    await expectAccessible(page);
    const sent = mutationsOf(page);
    const card = cure(page, "Assign controller to ben");
    await card.getByLabel("Until").selectOption("until tomorrow");
    await card.getByLabel("Why?").fill("Cover for Lea");
    await card.getByRole("button", { name: "Add to draft" }).click();
    await expect(card.getByRole("button", { name: "Add to draft" })).toHaveAccessibleDescription(/draft holds/);
    expect(sent).toEqual([]);
    await saveDraft(page);
    await expect(page.getByRole("status").filter({ hasText: "A role of ben leads to" })).toContainText("Yes.");
    await expect(page.getByRole("row", { name: /controller/ })).toContainText("Cover for Lea");
    expect(await service.audit(["user.assign_roles"])).toContain("user.assign_roles ben");
  });

  test("what makes an administrator is marked and not suggested", async ({ page }) => {
    await openAs(page, "root", "/why?user=ben&permission=invoice:approve");
    const card = cure(page, "Assign superadmin to ben");
    await expect(card).toContainText("It makes ben an administrator.");
    await expect(card).toContainText("not suggested");
    await expect(card.getByRole("button")).toHaveCount(0);
  });

  test("a cure that a constraint forbids stays, with the name of the constraint", async ({ page, service }) => {
    const [ana, payer, controller] = await Promise.all([service.idOf("user", "ana"), service.idOf("role", "payer"), service.idOf("role", "controller")]);
    await change(service, assign, { user: ana, role: payer });
    await change(service, constrain, { roles: [payer, controller] });
    await openAs(page, "root", "/why?user=ana&permission=invoice:approve");
    const card = cure(page, "Assign controller to ana");
    await expect(card).toContainText("The constraint pay-approve forbids it.");
    await expect(card.getByRole("button", { name: "Add to draft" })).toHaveAccessibleDescription("The constraint pay-approve forbids it.");
  });

  test("a role and a direct grant are both listed", async ({ page, service }) => {
    const [user, permission] = await Promise.all([service.idOf("user", "ben"), service.idOf("permission", "invoice:read")]);
    await change(service, grant, { user, permission });
    await openAs(page, "root", "/why?user=ben&permission=invoice:read");
    await expect(page.getByRole("row")).toHaveCount(3);
    await expect(page.getByRole("row").filter({ hasText: "benaccountantclerkinvoice:read" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: /^beninvoice:read/ })).toBeVisible();
  });

  test("what does not exist is answered in words", async ({ page }) => {
    await openAs(page, "root", "/why?user=ben&permission=invoice:aprove");
    await expect(page.getByText("No permission invoice:aprove exists.")).toBeVisible();
    await page.goto("/why?user=nobody-here&permission=invoice:read");
    await expect(page.getByText("No user nobody-here exists, or you may not see it.")).toBeVisible();
    await page.goto("/why?role=no-role");
    await expect(page.getByText("No role no-role exists, or you may not see it.")).toBeVisible();
    await page.goto("/why?permission=invoice:aprove");
    await expect(page.getByText("No permission invoice:aprove exists, so nobody holds it.")).toBeVisible();
    await page.goto("/why?permission=invoice:read&via=no-role");
    await expect(page.getByText("No role no-role exists, or you may not see it.")).toBeVisible();
  });

  test("an auditor reads the answer, and each cure says what the auditor lacks", async ({ page }) => {
    await openAs(page, "eve", "/why?user=ben&permission=invoice:approve");
    await expect(cure(page, "Assign controller to ben").getByRole("button")).toHaveAccessibleDescription("You lack role:assign.");
    await expect(cure(page, "Grant invoice:approve to accountant").getByRole("button")).toHaveAccessibleDescription("You lack permission:grant.");
  });
});

test.describe("open questions", () => {
  test("the pickers write the question into the address, and Back restores it", async ({ page }) => {
    await openAs(page, "root", "/why");
    await page.getByRole("textbox", { name: "User or role" }).fill("ben");
    await page.getByRole("option", { name: /^ben/ }).click();
    await expect(page).toHaveURL(/\/why\?user=ben$/);
    await expect(page.getByRole("heading", { name: "What may ben do?" })).toBeVisible();
    await page.getByRole("textbox", { name: "Permission" }).fill("invoice:app");
    await page.getByRole("option", { name: /invoice:approve/ }).click();
    await expect(page.getByText("held by controller")).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { name: "What may ben do?" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "invoice:readbenaccountantclerk" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: "What may ben do?" })).toBeVisible();
  });

  test("who may do something is listed with paths, by role on the way, and as CSV", async ({ page }) => {
    await openAs(page, "root", "/why?permission=invoice:read");
    await expect(page.getByRole("row").filter({ hasText: "benbenaccountantclerkinvoice:read" })).toBeVisible();
    await expect(page.getByText("2 in total")).toBeVisible();
    await expectAccessible(page);
    const downloaded = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const csv = await readFile(await (await downloaded).path(), "utf8");
    expect(csv).toMatch(/^User,Path,Since,Until,By,Reason\r\nben,ben > accountant > clerk > invoice:read,/);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(3);
    await page.getByRole("textbox", { name: "Role on the way" }).fill("controller");
    await page.getByRole("option", { name: /^controller/ }).click();
    await expect(page.getByText("Nobody holds it on this way.")).toBeVisible();
  });

  test("a role's permissions have their source, and a missing one can be drafted", async ({ page }) => {
    await openAs(page, "root", "/why?role=controller");
    await expect(page.getByRole("row", { name: /invoice:read inherited from clerk/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /invoice:approve granted itself/ })).toBeVisible();
    await page.goto("/why?role=accountant&permission=invoice:approve");
    await expect(page.getByText("accountant does not grant invoice:approve")).toBeVisible();
    await page.getByRole("button", { name: "Add to draft" }).click();
    await expect(page.getByRole("button", { name: "● 1 change" })).toBeVisible();
  });
});
