import { expect, expectAccessible, openAs, test } from "./harness";

test("a user acts with fewer roles, and the whole console narrows and comes back", async ({ page }) => {
  await openAs(page, "eve", "/");
  await expect(page.getByRole("link", { name: "Audit log" })).toBeVisible();
  await page.getByRole("button", { name: "Your account: eve" }).click();
  await page.getByRole("menuitem", { name: "Act with fewer roles" }).click();
  await expectAccessible(page);
  const dialog = page.getByRole("dialog", { name: "Act with fewer roles" });
  await dialog.getByRole("checkbox", { name: "auditor" }).uncheck();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  await page.getByRole("button", { name: "Your account: eve" }).click();
  await page.getByRole("menuitem", { name: "Act with fewer roles" }).click();
  await dialog.getByRole("button", { name: "Act with all roles again" }).click();
  await expect(page.getByRole("link", { name: "Audit log" })).toBeVisible();
});

test("dynamic separation of duty leaves one of two roles inactive, and refuses both", async ({ page, service }) => {
  const root = await service.token("root");
  const [payer, accountant] = [await service.idOf("role", "payer"), await service.idOf("role", "accountant")];
  const create = `mutation ($ids: [ID!]!) {
    sodConstraintCreate(input: { name: "Enter or pay", kind: DYNAMIC, roleIds: $ids }) { userErrors { message } }
  }`;
  await service.request(create, { ids: [payer, accountant] }, root);
  const assign = "mutation ($id: ID!, $ids: [ID!]!) { userAssignRoles(userId: $id, roleIds: $ids) { userErrors { message } } }";
  await service.request(assign, { id: await service.idOf("user", "ben"), ids: [payer] }, root);
  await openAs(page, "ben", "/");
  await page.getByRole("button", { name: "Your account: ben" }).click();
  await page.getByRole("menuitem", { name: "Act with fewer roles" }).click();
  const dialog = page.getByRole("dialog", { name: "Act with fewer roles" });
  await expect(dialog.getByRole("checkbox", { name: "payer" })).not.toBeChecked();
  await dialog.getByRole("checkbox", { name: "payer" }).check();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(dialog.getByText(/Enter or pay/)).toBeVisible();
  await dialog.getByRole("checkbox", { name: "accountant" }).uncheck();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await service.audit(["session.*"])).toEqual(expect.arrayContaining([expect.stringContaining("session.activate_roles")]));
});
