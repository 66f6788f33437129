import { expect, expectAccessible, mutationsOf, openAs, saveDraft, test } from "./harness";

test("inheritance is drafted in the graph, and sent only by Save", async ({ page, service }) => {
  await openAs(page, "root", `/roles?view=graph&selected=${await service.idOf("role", "payer")}`);
  const sent = mutationsOf(page);
  await page.getByRole("textbox", { name: "Let payer inherit from" }).fill("clerk");
  await page.getByRole("option", { name: "clerk" }).click();
  await expect(page.getByRole("region", { name: "Role hierarchy" }).getByText("▲ added")).toBeVisible();
  await expectAccessible(page);
  expect(sent).toEqual([]);
  await saveDraft(page);
  await page.goto(`/roles/${await service.idOf("role", "payer")}?tab=inherits`);
  await expect(page.getByRole("button", { name: "End the inheritance from clerk" })).toBeVisible();
});

test("a drafted cycle is drawn and named before it is refused", async ({ page, service }) => {
  await openAs(page, "root", `/roles?view=graph&selected=${await service.idOf("role", "clerk")}`);
  await page.getByRole("textbox", { name: "Let clerk inherit from" }).fill("controller");
  await page.getByRole("option", { name: "controller" }).click();
  await expect(page.getByRole("alert")).toContainText("clerk inherits from controller inherits from accountant inherits from clerk.");
  await expect(page.getByRole("region", { name: "Role hierarchy" }).getByText("⊘ cycle")).toHaveCount(3);
  await expectAccessible(page);
});

test("drafted links of one role are not shown at another", async ({ page, service }) => {
  const [accountant, controller] = [await service.idOf("role", "accountant"), await service.idOf("role", "controller")];
  await openAs(page, "root", `/roles/${accountant}?tab=inherits`);
  await page.getByRole("button", { name: "End the inheritance from clerk" }).click();
  await expect(page.getByText("▽ removed")).toBeVisible();
  await page.goto(`/roles/${controller}?tab=inherits`);
  await expect(page.getByRole("link", { name: "accountant" })).toBeVisible();
  await expect(page.getByText("▽ removed")).toHaveCount(0);
});

test("without role:write, the graph says what is missing", async ({ page, service }) => {
  await openAs(page, "eve", `/roles?view=graph&selected=${await service.idOf("role", "clerk")}`);
  await expect(page.getByText("You lack role:write.").first()).toBeVisible();
});
