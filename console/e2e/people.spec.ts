import { expect, expectAccessible, logIn, mutationsOf, openAs, PASSWORD, saveDraft, test } from "./harness";

test.describe("users", () => {
  test("are found by a part of the id, and the search survives Back and reload", async ({ page, service }) => {
    const id = await service.idOf("user", "ben");
    await openAs(page, "root", "/users");
    await page.getByLabel("Search", { exact: true }).fill(id);
    const row = page.getByRole("row", { name: /ben/ });
    await expect(page.getByText("1 in total")).toBeVisible();
    await expectAccessible(page);
    await row.getByRole("link", { name: "ben" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "ben" })).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel("Search", { exact: true })).toHaveValue(id);
    await page.reload();
    await expect(row).toBeVisible();
  });

  test("are filtered by a role that they have or inherit", async ({ page }) => {
    await openAs(page, "root", "/users");
    await page.getByRole("textbox", { name: "Role", exact: true }).fill("cler");
    await page.getByRole("option", { name: "clerk" }).click();
    await expect(page.getByText("1 in total")).toBeVisible();
    await expect(page.getByRole("link", { name: "ben" })).toBeVisible();
    await page.getByLabel("Role is").selectOption("assigned");
    await expect(page.getByText("No user matches these filters.")).toBeVisible();
  });

  test("get a role together through the draft", async ({ page, service }) => {
    await openAs(page, "root", "/users");
    const sent = mutationsOf(page);
    for (const username of ["person-0001", "person-0002"]) await page.getByRole("checkbox", { name: `Select ${username}` }).check();
    await page.getByRole("textbox", { name: "Assign a role" }).fill("cler");
    await page.getByRole("option", { name: "clerk" }).click();
    await page.getByRole("button", { name: "Add to draft" }).click();
    expect(sent).toEqual([]);
    await saveDraft(page);
    await expect(page.getByRole("row", { name: /person-0001/ }).getByRole("link", { name: "clerk" })).toBeVisible();
    expect(await service.audit(["role.*"])).toContain("role.assign_users clerk");
  });

  test("are created, and a link that is shown once sets the password", async ({ page, otherBrowser }) => {
    await openAs(page, "root", "/users");
    await page.getByRole("button", { name: "Create user" }).click();
    await page.getByRole("dialog").getByLabel("Username").fill("zoe");
    await page.getByRole("dialog").getByRole("button", { name: "Review" }).click();
    const drawer = page.getByRole("dialog", { name: "Create a user" });
    await drawer.getByRole("button", { name: "Create user" }).click();
    await expect(drawer.getByText(/^Saved/)).toBeVisible();
    await drawer.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Issue password link" }).click();
    await page.getByRole("button", { name: "Issue link" }).click();
    const link = await page.getByLabel("Link", { exact: true }).inputValue();
    expect(new URL(link).hash).toMatch(/^#token=.+/);
    const other = await otherBrowser();
    await other.goto(link);
    await other.getByLabel("New password").fill(PASSWORD);
    await other.getByRole("button", { name: "Set password" }).click();
    await other.getByRole("link", { name: "Log in" }).click();
    await logIn(other, "zoe");
  });
});

test.describe("a user", () => {
  test("gets a role until tomorrow for a reason, and the tab says by whom", async ({ page, service }) => {
    await openAs(page, "root", `/users/${await service.idOf("user", "ana")}?tab=roles`);
    const sent = mutationsOf(page);
    await page.getByRole("button", { name: "Assign role" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Role", exact: true }).fill("cler");
    await page.getByRole("option", { name: "clerk" }).click();
    await dialog.getByLabel("Until").selectOption("until tomorrow");
    await dialog.getByLabel("Reason (optional)").fill("helps out");
    await dialog.getByRole("button", { name: "Add to draft" }).click();
    await expect(page.getByRole("row", { name: /clerk until .* in the draft/ })).toBeVisible();
    await expectAccessible(page);
    expect(sent).toEqual([]);
    await saveDraft(page);
    await expect(page.getByRole("row", { name: /clerk .* root until .* helps out/ })).toBeVisible();
  });

  test("shows all sources of a permission, and takes a direct grant away", async ({ page, service }) => {
    const ben = await service.idOf("user", "ben");
    await openAs(page, "root", `/users/${ben}`);
    const row = page.getByRole("row", { name: /invoice:read/ });
    await expect(row).toContainText("accountant > clerk");
    await page.getByRole("tab", { name: "Roles" }).click();
    await page.getByRole("button", { name: "Grant permission" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Permission" }).fill("invoice:re");
    await page.getByRole("option", { name: /invoice:read/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Add to draft" }).click();
    await saveDraft(page);
    await page.getByRole("tab", { name: "Access" }).click();
    await expect(row).toContainText("direct grant");
    await expect(row).toContainText("accountant > clerk");
    await page.getByRole("tab", { name: "Roles" }).click();
    await page.getByRole("button", { name: "Revoke invoice:read" }).click();
    await saveDraft(page);
    await page.getByRole("tab", { name: "Access" }).click();
    await expect(row).not.toContainText("direct grant");
    await expect(row).toContainText("accountant > clerk");
  });

  test("is suspended in one click, with what it ends, and reactivated", async ({ page, service }) => {
    await service.token("ben");
    await openAs(page, "root", `/users/${await service.idOf("user", "ben")}`);
    await page.getByRole("button", { name: "Suspend" }).click();
    const drawer = page.getByRole("dialog");
    await expect(drawer).toContainText("live session");
    await drawer.getByRole("button", { name: "Suspend" }).click();
    await expect(drawer.getByText(/^Saved/)).toBeVisible();
    await drawer.getByRole("button", { name: "Close" }).last().click();
    await expect(page.getByRole("button", { name: "Reactivate" })).toBeVisible();
    expect(await service.audit(["user.*"])).toContain("user.suspend ben");
  });

  test("is deleted only once the name is typed", async ({ page, service }) => {
    await openAs(page, "root", `/users/${await service.idOf("user", "ana")}`);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const drawer = page.getByRole("dialog");
    const save = drawer.getByRole("button", { name: /^Delete/ });
    await expect(save).toHaveAccessibleDescription("Type ana to go on");
    await drawer.getByLabel("Type ana to go on").fill("ana");
    await save.click();
    await expect(drawer.getByText(/^Saved/)).toBeVisible();
  });

  test("keeps the draft when another change is refused", async ({ page, service }) => {
    await openAs(page, "root", `/users/${await service.idOf("user", "ben")}?tab=roles`);
    await page.getByRole("button", { name: "Unassign accountant" }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("dialog").getByLabel("Username").fill("ana");
    await page.getByRole("dialog").getByRole("button", { name: "Review" }).click();
    const drawer = page.getByRole("dialog", { name: "Edit ben" });
    await drawer.getByRole("button", { name: "Edit ben" }).click();
    await expect(drawer.getByRole("alert")).toContainText("already taken");
    await drawer.getByRole("button", { name: "Close" }).first().click();
    await expect(page.getByRole("button", { name: "● 1 change" })).toBeVisible();
  });

  test("that does not exist looks like one that may not be seen", async ({ page, service }) => {
    const id = await service.idOf("user", "root");
    await openAs(page, "ana", `/users/${id}`);
    const hidden = await page.getByRole("main").innerText();
    await page.goto("/users/no-such-user");
    await expect(page.getByText("Not found")).toBeVisible();
    expect(await page.getByRole("main").innerText()).toBe(hidden);
  });

  test("says to an auditor which permission each control requires", async ({ page, service }) => {
    await openAs(page, "eve", `/users/${await service.idOf("user", "ben")}?tab=roles`);
    await expect(page.getByRole("button", { name: "Assign role" })).toHaveAccessibleDescription("You lack role:assign.");
    await expect(page.getByRole("button", { name: "Suspend" })).toHaveAccessibleDescription("You lack user:write.");
    await page.getByRole("tab", { name: "History" }).click();
    await expect(page.getByRole("row", { name: /signed up as ben/ })).toBeVisible();
  });
});

test.describe("at the width of a phone", () => {
  test.use({ viewport: { width: 400, height: 800 } });

  test("a session is found and ended", async ({ page, service, otherBrowser }) => {
    const other = await otherBrowser();
    await openAs(other, "ben", "/");
    const ben = await service.idOf("user", "ben");
    await openAs(page, "root", `/sessions?user=${ben}`);
    await expectAccessible(page);
    await page.getByRole("button", { name: /End the session on .*Chrome/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End this session" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved/)).toBeVisible();
    await expect(other.getByText("Your session has ended.")).toBeVisible({ timeout: 5000 });
  });

  test("no screen about users is wider than the page", async ({ page, service }) => {
    const ben = await service.idOf("user", "ben");
    await openAs(page, "root", "/users");
    for (const path of ["/users", `/users/${ben}`, `/users/${ben}?tab=roles`, `/users/${ben}?tab=sessions`, "/sessions"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(400);
    }
  });
});

test.describe("the reader's own account", () => {
  test("has a name, a password, roles, permissions with sources and sessions", async ({ page, service }) => {
    await service.token("ben");
    await openAs(page, "ben", "/me");
    await expect(page.getByText("this device")).toBeVisible();
    await expect(page.getByRole("row", { name: /invoice:read/ })).toContainText("accountant > clerk");
    await expectAccessible(page);
    await page.getByLabel("Display name").fill("Ben Adams");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByLabel("Display name")).toHaveValue("Ben Adams");
    await page.getByLabel("Current password").fill("not the password");
    await page.getByLabel("New password").fill(`${PASSWORD}-2`);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByLabel("Current password")).toHaveAccessibleDescription(/wrong|incorrect/i);
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End all others" }).click();
    await expect(page.getByRole("dialog").getByText(/^Saved/)).toBeVisible();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await expect(page.getByRole("button", { name: "End all others" })).toHaveAccessibleDescription("You have no other session.");
  });
});

test.describe("an import", () => {
  test("creates nothing without a tick, asks about near misses, and assigns through the draft", async ({ page, service }) => {
    await openAs(page, "root", "/import");
    const sent = mutationsOf(page);
    await page.getByLabel("CSV").fill("username,roles,until,team\nzoe,clerk;payer,2099-12-31,x\nbne,payer,,\nana,accuntant,soon,");
    await expect(page.getByText("Unknown columns, which are ignored: team")).toBeVisible();
    await expect(page.getByText("soon is no date.")).toBeVisible();
    await page.getByRole("button", { name: "Use it: ben for bne" }).click();
    await expect(page.getByRole("button", { name: "Create 0 users" })).toHaveAccessibleDescription("Tick the users to create first.");
    await page.getByRole("checkbox", { name: "Create the user zoe" }).check();
    await expectAccessible(page);
    expect(sent).toEqual([]);
    await page.getByRole("button", { name: "Create 1 user" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("button", { name: "Create 1 user" }).click();
    await expect(drawer.getByText(/^Saved/)).toBeVisible();
    await drawer.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Add 3 changes to draft" }).click();
    await saveDraft(page);
    const audit = await service.audit(["user.*", "role.*", "policy.*"]);
    expect(audit).toContain("user.create zoe");
    expect(audit.filter((entry) => entry.startsWith("role.assign") || entry.startsWith("user.assign") || entry.startsWith("policy.apply")).length).toBeGreaterThan(0);
    await page.goto(`/users/${await service.idOf("user", "zoe")}?tab=roles`);
    for (const role of ["clerk", "payer"]) await expect(page.getByRole("row", { name: new RegExp(`^${role}`) })).toContainText("2099");
  });

  test("says which rows were refused, and keeps the others", async ({ page, service }) => {
    await openAs(page, "root", "/import");
    await page.getByLabel("CSV").fill("username,email\nzoe,zoe@example.com\nyan,zoe@example.com");
    for (const name of ["zoe", "yan"]) await page.getByRole("checkbox", { name: `Create the user ${name}` }).check();
    await page.getByRole("button", { name: "Create 2 users" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create 2 users" }).click();
    await expect(page.getByRole("dialog").getByText(/^Line 3, yan:/)).toBeVisible();
    await expect(page.getByRole("row", { name: /^2 zoe exists/ })).toBeAttached();
    expect(await service.idOf("user", "zoe")).toBeTruthy();
  });
});
