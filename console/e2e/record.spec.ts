import { readFile } from "node:fs/promises";
import { expect, expectAccessible, logIn, openAs, test } from "./harness";
import type { Service } from "./harness/service";

const describeRole = "mutation ($id: ID!, $text: String!) { roleUpdate(id: $id, input: { description: $text }) { userErrors { message } } }";
const createRole = 'mutation { roleCreate(input: { name: "mine" }) { userErrors { message } } }';

async function describe(service: Service, role: string, text: string): Promise<void> {
  await service.request(describeRole, { id: await service.idOf("role", role), text }, await service.token("root"));
}

test.describe("the audit log", () => {
  test("an event opens to its former and new values, and leads to everything about its object", async ({ page, service }) => {
    await describe(service, "clerk", "Enters invoices");
    await describe(service, "clerk", "Enters all invoices");
    await openAs(page, "root", "/audit");
    await page.getByLabel("Action").selectOption("role.update");
    await expect(page).toHaveURL(/action=role\.update/);
    await expect(page.getByText("2 in total")).toBeVisible();
    await page.getByRole("button", { name: /described role clerk/ }).first().click();
    await expect(page.getByRole("row", { name: "description Enters invoices Enters all invoices" })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByRole("row", { name: "description Enters invoices Enters all invoices" })).toBeVisible();
    await page.getByRole("link", { name: "Everything about clerk" }).click();
    await expect(page.getByRole("textbox", { name: "Object involved" })).toHaveValue("clerk");
    await expect(page.getByLabel("Action")).toHaveValue("");
    await page.goBack();
    await expect(page.getByLabel("Action")).toHaveValue("role.update");
  });

  test("denials are counted by day and can be listed", async ({ page, service }) => {
    await service.request(createRole, {}, await service.token("ben"));
    await openAs(page, "root", "/audit");
    await expect(page.getByRole("img", { name: "Denials by day: 1 in the last 30 days, at most 1 on one day" })).toBeVisible();
    await page.getByRole("link", { name: "Show them" }).click();
    await expect(page.getByRole("button", { name: /Denied · ben was denied/ })).toHaveCount(1);
    await expect(page.getByText("1 in total")).toBeVisible();
  });

  test("an import opens to its entries", async ({ page }) => {
    await openAs(page, "root", "/audit?action=policy.import");
    await page.getByRole("button", { name: /operator imported 1000 users/ }).click();
    await expect(page.getByRole("link", { name: /operator created user person-/ })).toHaveCount(99);
  });

  test("the shown entries are a CSV file", async ({ page, service }) => {
    await describe(service, "clerk", "Enters invoices");
    await openAs(page, "root", "/audit?action=role.update");
    await expect(page.getByText("1 in total")).toBeVisible();
    const downloaded = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const csv = await readFile(await (await downloaded).path(), "utf8");
    expect(csv.trimEnd().split("\r\n")[1]).toMatch(/,root,role\.update,SUCCESS,Role,clerk,root described role clerk,/);
  });

  test("filters by text, actor and date narrow the list at the service", async ({ page }) => {
    await openAs(page, "root", "/audit");
    await page.getByLabel("Text in the sentence").fill("signed up");
    await page.getByLabel("Text in the sentence").press("Enter");
    await expect(page).toHaveURL(/search=signed/);
    await page.getByLabel("To", { exact: true }).fill("2020-01-01");
    await expect(page.getByText("No event matches.")).toBeVisible();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("textbox", { name: "Actor" }).fill("root");
    await page.getByRole("option", { name: /^root/ }).click();
    await expect(page).toHaveURL(/actor=user_/);
    await expect(page.getByText("operator imported")).toHaveCount(0);
    await expect(page.getByRole("button", { name: /root logged in/ }).first()).toBeVisible();
  });
});

test.describe("the policy", () => {
  test("an export that is applied unchanged has nothing to do", async ({ page }) => {
    await openAs(page, "root", "/policy?assignments=with");
    const region = page.getByRole("region", { name: "Text of the policy" });
    await expect(region).toContainText("accountant:");
    await expectAccessible(page);
    const text = await region.innerText();
    await page.getByRole("tab", { name: "Apply" }).click();
    await page.locator("input[type=file]").setInputFiles({ name: "policy.yaml", mimeType: "application/yaml", buffer: Buffer.from(text) });
    await expect(page.getByLabel("Document")).toHaveValue(/accountant:/);
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await expect(page.getByRole("heading", { name: /Nothing to do/ })).toBeVisible();
  });

  test("errors have their place, and the corrected document is applied through the review", async ({ page, service }) => {
    await openAs(page, "root", "/policy?tab=apply");
    await page.getByLabel("Document").fill("version: 1\nroles:\n  clerk:\n    permission: [invoice:read]\n");
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await page.getByRole("button", { name: /line 4, column 5: unknown key permission/ }).click();
    await expect(page.getByLabel("Document")).toBeFocused();
    expect(await page.getByLabel("Document").evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe("permission: [invoice:read]");
    await expectAccessible(page);
    await page.getByLabel("Document").fill("version: 1\nroles:\n  clerk:\n    permissions: [invoice:pay]\n");
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await expect(page.getByText("1 user loses invoice:read: ben")).toBeVisible();
    await page.getByRole("button", { name: "Apply 1 change…" }).click();
    await page.getByLabel("Why?").fill("Clerks pay from now on");
    await page.getByRole("dialog").getByRole("button", { name: "Apply a policy document" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved at revision/)).toBeVisible();
    expect(await service.audit(["policy.apply"])).toHaveLength(3);
  });

  test("a policy that changed since the plan is not touched, and a new plan is offered", async ({ page, service }) => {
    await openAs(page, "root", "/policy?tab=apply");
    await page.getByLabel("Document").fill("version: 1\nroles:\n  clerk:\n    permissions: [invoice:pay]\n");
    await page.getByRole("button", { name: "Show what it would change" }).click();
    await page.getByRole("button", { name: "Apply 1 change…" }).click();
    await describe(service, "clerk", "Enters invoices");
    await page.getByRole("dialog").getByRole("button", { name: "Apply a policy document" }).click();
    await expect(page.getByRole("dialog").getByText("What stands in the way")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Make a new plan" }).click();
    await page.getByRole("button", { name: "Apply 1 change…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Apply a policy document" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved at revision/)).toBeVisible();
  });

  test("a revision is rolled back to after its plan was shown", async ({ page, service }) => {
    await describe(service, "clerk", "Enters invoices");
    await openAs(page, "root", "/policy?tab=revisions");
    await page.getByRole("link", { name: /^Plan the return to/ }).first().click();
    await expect(page.getByText("change role clerk: remove the description")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Roll back…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^Roll back to revision/ }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved at revision/)).toBeVisible();
    expect(await service.audit(["policy.rollback"])).toHaveLength(1);
  });
});

test.describe("signing keys", () => {
  test("a rotation and a revocation pass through the review", async ({ page, service }) => {
    await openAs(page, "root", "/keys");
    await expectAccessible(page);
    const kid = (await page.locator("td code").innerText()).trim();
    await page.getByLabel("Grace period in minutes").fill("43201");
    await expect(page.getByRole("button", { name: "Rotate…" })).toHaveAccessibleDescription(/whole number from 0 to 43,200/);
    await page.getByLabel("Grace period in minutes").fill("30");
    await page.getByRole("button", { name: "Rotate…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate the signing key" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved/)).toBeVisible();
    await page.keyboard.press("Escape");
    const former = page.getByRole("row", { name: new RegExp(kid) });
    await expect(former).toContainText("retiring");
    await former.getByRole("button", { name: "Revoke…" }).click();
    await page.getByLabel("Why?").fill("The disk was lost");
    await page.getByLabel(`Type ${kid} to go on`).fill(kid);
    await page.getByRole("dialog").getByRole("button", { name: "Revoke a signing key" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved/).or(page.getByLabel("Username or email"))).toBeVisible();
    expect(await service.audit(["signing_key.*"])).toEqual(expect.arrayContaining([expect.stringContaining("signing_key.rotate"), expect.stringContaining("signing_key.revoke")]));
  });

  test("who may not read them sees which permission is missing", async ({ page }) => {
    await openAs(page, "eve", "/keys");
    await expect(page.getByText("You lack key:read, which this part requires.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Rotate…" })).toHaveAccessibleDescription("You lack key:rotate.");
  });
});

test.describe("the overview", () => {
  test("each card stands alone", async ({ page, service }) => {
    await service.request(createRole, {}, await service.token("ben"));
    await openAs(page, "ben", "/");
    await expect(page.getByText("You lack user:read, which this part requires.")).toHaveCount(2);
    await page.getByRole("button", { name: "Your account: ben" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await logIn(page, "root");
    await expect(page.getByRole("link", { name: /ben was denied/ })).toBeVisible();
    await expect(page.getByText("Nobody has a direct grant: every permission comes from a role.")).toBeVisible();
    await expectAccessible(page);
  });

  test.describe("of an empty installation", () => {
    test.use({ seed: "root" });

    test("the first steps tick themselves", async ({ page, service }) => {
      await openAs(page, "root", "/");
      const steps = page.locator("ol.steps > li");
      const app = steps.filter({ hasText: "Connect your application" });
      await expect(app.getByRole("img", { name: "to do" })).toBeVisible();
      await expect(app.locator("pre")).toContainText(new URL(page.url()).origin);
      await app.getByRole("tab", { name: "Vite proxy" }).click();
      await expect(app.locator("pre")).toContainText("proxy");
      await expectAccessible(page);
      await service.request('mutation { permissionCreate(input: { name: "invoice:read" }) { userErrors { message } } }', {}, await service.token("root"));
      await expect(app.getByRole("img", { name: "done" })).toBeVisible();
      await expect(steps.filter({ hasText: "Name the permissions" }).getByRole("img", { name: "done" })).toBeVisible();
      await expect(steps.filter({ hasText: "Make roles" }).getByRole("img", { name: "to do" })).toBeVisible();
    });
  });
});
