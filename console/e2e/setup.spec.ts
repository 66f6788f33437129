import { expect, expectAccessible, PASSWORD, test } from "./harness";
import type { Service } from "./harness/service";

test.use({ seed: "nobody" });

/** The path of the link that the service printed at its start. */
async function linkOf(service: Service): Promise<string> {
  let path = "";
  await expect(async () => {
    path = /\/setup#\S+/.exec(await service.log())?.[0] ?? "";
    expect(path).not.toBe("");
  }).toPass();
  return path;
}

test("the page names the command, and becomes the login form by itself once it was run", async ({ page, service }) => {
  await page.goto("/users");
  await expect(page.getByText(/admin create NAME/)).toBeVisible();
  await expectAccessible(page);
  await service.keyward(["admin", "create", "root"], `${PASSWORD}\n`);
  await expect(page.getByLabel("Username or email")).toBeVisible();
});

test("the link of the service creates the first administrator, who is logged in", async ({ page, service }) => {
  await page.goto(await linkOf(service));
  await expectAccessible(page);
  await page.getByLabel("Username").fill("root");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/shorter than 15/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("button", { name: "Your account: root" })).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("heading", { name: "Get started" })).toBeVisible();
  expect(await service.audit(["administrator.*"])).toHaveLength(1);
});

test("a link with another token creates nobody", async ({ page, service }) => {
  await linkOf(service);
  await page.goto(`/setup#kws_${"A".repeat(43)}`);
  await page.getByLabel("Username").fill("root");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.locator("[aria-live] .denied")).not.toBeEmpty();
  await expect(page.getByRole("button", { name: "Your account: root" })).toHaveCount(0);
});
