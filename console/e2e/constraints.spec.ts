import { expect, expectAccessible, mutationsOf, openAs, test } from "./harness";

test("a constraint is created after its review, and names who would violate it", async ({ page, service }) => {
  const root = await service.token("root");
  const assign = "mutation ($id: ID!, $ids: [ID!]!) { userAssignRoles(userId: $id, roleIds: $ids) { userErrors { message } } }";
  await service.request(assign, { id: await service.idOf("user", "ana"), ids: [await service.idOf("role", "payer")] }, root);
  await openAs(page, "root", "/sod");
  const sent = mutationsOf(page);
  await expect(page.getByText("No constraints yet.")).toBeVisible();
  await page.getByRole("button", { name: "New constraint" }).click();
  await page.getByLabel("Name").fill("Pay and approve");
  for (const role of ["payer", "controller"]) {
    await page.getByRole("textbox", { name: "Roles" }).fill(role);
    await page.getByRole("option", { name: role }).first().click();
  }
  await expectAccessible(page);
  await page.getByRole("button", { name: "Review" }).click();
  const drawer = page.getByRole("dialog", { name: "Create Pay and approve" });
  await expect(drawer.getByText("Static, 2 of payer, controller")).toBeVisible();
  await expect(drawer.getByText("Nobody gains or loses a permission.")).toBeVisible();
  expect(sent).toEqual(["CreateConstraint"]);
  expect(await service.audit(["sod_constraint.*"])).toEqual([]);
  await drawer.getByRole("button", { name: "Create Pay and approve" }).click();
  await expect(drawer.getByText(/^Saved/)).toBeVisible();
  await drawer.getByRole("button", { name: "Close" }).first().click();
  await page.getByRole("link", { name: "Pay and approve" }).click();
  await expect(page.getByRole("heading", { name: /Pay and approve/ })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "Remove payer" })).toHaveAccessibleDescription(/at least two/);
});

test("a constraint that seniors violate by inheritance is refused in the review", async ({ page }) => {
  await openAs(page, "root", "/sod");
  await page.getByRole("button", { name: "New constraint" }).click();
  await page.getByLabel("Name").fill("Impossible");
  for (const role of ["clerk", "controller"]) {
    await page.getByRole("textbox", { name: "Roles" }).fill(role);
    await page.getByRole("option", { name: role }).first().click();
  }
  await page.getByRole("button", { name: "Review" }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByRole("alert").first()).toBeVisible();
  await expect(drawer.getByRole("button", { name: "Create Impossible" })).toHaveAttribute("aria-disabled", "true");
});

test("without sod:write, constraints can be read and controls say what is missing", async ({ page }) => {
  await openAs(page, "eve", "/sod");
  await expect(page.getByRole("button", { name: "New constraint" })).toHaveAccessibleDescription("You lack sod:write.");
  await page.goto("/sod/sod_01h455vb4pex5vsknk084sn02q");
  await expect(page.getByText("No such object exists, or you may not see it.")).toBeVisible();
});
