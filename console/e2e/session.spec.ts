import { expect, expectAccessible, logIn, openAs, PASSWORD, test } from "./harness";

test.describe("logging in", () => {
  test("a wrong password has one neutral message, and the right one works", async ({ page }) => {
    await page.goto("/users");
    await expectAccessible(page);
    for (const username of ["ben", "nobody-of-this-name"]) {
      await page.getByLabel("Username or email").fill(username);
      await page.getByLabel("Password", { exact: true }).fill("not the password");
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByText(/wrong/i)).toBeVisible();
    }
    await logIn(page, "root");
    await expect(page).toHaveURL(/\/users$/);
  });

  test.describe("in cookies", () => {
    test.use({ provoked: /403/ });

    test("the session is in cookies that no script reads, and nothing is stored", async ({ page, context }) => {
      await openAs(page, "root", "/");
      const cookies = await context.cookies();
      expect(cookies.filter(({ name }) => name.includes("keyward")).map(({ httpOnly, secure, sameSite }) => ({ httpOnly, secure, sameSite }))).toEqual(
        [1, 2].map(() => ({ httpOnly: true, secure: true, sameSite: "Lax" })),
      );
      const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(stored).not.toMatch(/ey[A-Za-z0-9]{10}/);
      const status = await page.evaluate(async () => {
        const response = await fetch("/graphql", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: "mutation { logout { endedSessions } }" }),
        });
        return response.text();
      });
      expect(status).toContain("CSRF_FAILED");
      await page.reload();
      await expect(page.getByRole("button", { name: "Your account: root" })).toBeVisible();
    });
  });

  test("two tabs log out together", async ({ page, context }) => {
    await openAs(page, "root", "/");
    const other = await context.newPage();
    await other.goto("/");
    await other.getByRole("button", { name: "Your account: root" }).click();
    await other.getByRole("menuitem", { name: "Log out" }).click();
    await expect(page.getByLabel("Username or email")).toBeVisible();
  });

  test("a revoked session is at the login form within five seconds", async ({ page, service }) => {
    await openAs(page, "ben", "/");
    const root = await service.token("root");
    const id = await service.idOf("user", "ben");
    await service.request("mutation ($id: ID!) { userRevokeSessions(id: $id) { userErrors { message } } }", { id }, root);
    await expect(page.getByText("Your session has ended.")).toBeVisible({ timeout: 5000 });
    await logIn(page, "ben");
  });
});

test.describe("tokens that expire", () => {
  test.use({ settings: { KEYWARD_TOKEN_ACCESS_LIFETIME: "60s" } });

  test("two tabs go on past the end of the access token", async ({ page, context }) => {
    await openAs(page, "root", "/");
    await context.clearCookies({ name: "__Host-keyward-access" });
    const other = await context.newPage();
    await Promise.all([page.reload(), other.goto("/")]);
    for (const tab of [page, other]) await expect(tab.getByRole("button", { name: "Your account: root" })).toBeVisible();
  });
});

test("signing up makes an account that is logged in", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Username").fill("zoe");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/shorter than 15/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("button", { name: "Your account: zoe" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Users" })).toHaveCount(0);
});
