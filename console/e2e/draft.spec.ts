import type { Page } from "@playwright/test";
import type { Change } from "../src/console/draft/changes";
import { expect, expectAccessible, logIn, mutationsOf, openAs, test } from "./harness";
import type { Service } from "./harness/service";

type Named = { readonly id: string; readonly name: string };

async function role(service: Service, name: string): Promise<Named> {
  return { id: await service.idOf("role", name), name };
}
async function permission(service: Service, name: string): Promise<Named> {
  return { id: await service.idOf("permission", name), name };
}
async function user(service: Service, name: string): Promise<Named> {
  return { id: await service.idOf("user", name), name };
}

/** Puts a draft where the console keeps it. How screens make one is tested with them. */
async function keepDraft(page: Page, service: Service, owner: string, changes: readonly Change[], bases = {}): Promise<void> {
  const { id } = await user(service, owner);
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [`keyward.draft.${id}`, JSON.stringify({ changes, bases })] as const);
  await page.reload();
}

async function review(page: Page) {
  await page.getByRole("button", { name: /^● / }).click();
  return page.getByRole("dialog");
}

/** Effective permissions of every user, as `ben invoice:read`. */
async function effective(service: Service): Promise<Set<string>> {
  const token = await service.token("root");
  const query = "query ($after: String) { users(first: 100, after: $after) { nodes { username permissionNames } pageInfo { hasNextPage endCursor } } }";
  type Users = { users: { nodes: { username: string; permissionNames: string[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
  const pairs = new Set<string>();
  for (let after: string | null = null, more = true; more; ) {
    const { data }: { data: Users } = await service.request<Users>(query, { after }, token);
    for (const { username, permissionNames } of data.users.nodes) for (const name of permissionNames) pairs.add(`${username} ${name}`);
    after = data.users.pageInfo.endCursor;
    more = data.users.pageInfo.hasNextPage;
  }
  return pairs;
}

test("a draft survives a reload and the session, and Save is one change with one audit entry", async ({ page, service }) => {
  const [clerk, payer] = [await role(service, "clerk"), await role(service, "payer")];
  const [pay, approve] = [await permission(service, "invoice:pay"), await permission(service, "invoice:approve")];
  await openAs(page, "root", "/");
  const sent = mutationsOf(page);
  await keepDraft(page, service, "root", [
    { kind: "grant", role: clerk, permission: pay },
    { kind: "revoke", role: payer, permission: pay },
    { kind: "grant", role: payer, permission: approve },
  ]);
  await page.reload();
  await expect(page.getByRole("button", { name: "● 3 changes" })).toBeVisible();
  await page.getByRole("button", { name: "Your account: root" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await logIn(page, "root");
  const drawer = await review(page);
  await expect(drawer.getByText("1 user gains")).toBeVisible();
  await expectAccessible(page);
  expect(sent).toEqual(["Logout", "Login"]);
  await drawer.getByLabel("Why? (kept in the audit log)").fill("payers take over");
  await drawer.getByRole("button", { name: "Save 3 changes" }).click();
  await expect(drawer.getByText(/^Saved at revision \d+\.$/)).toBeVisible();
  const reasons = "{ auditLog(first: 1, filter: { actions: [\"policy.apply\"] }) { nodes { reason } } }";
  const { data } = await service.request<{ auditLog: { nodes: { reason: string }[] } }>(reasons, {}, await service.token("root"));
  expect(data.auditLog.nodes).toEqual([{ reason: "payers take over" }]);
  // Two of the seed, and this one.
  expect(await service.audit(["policy.apply"])).toHaveLength(3);
  await drawer.getByRole("button", { name: "Draft the opposite" }).click();
  await expect(drawer.getByRole("button", { name: "Save 3 changes" })).toBeEnabled();
});

test("the review's counts are the difference of all users' permissions", async ({ page, service }) => {
  const changes: readonly Change[] = [
    { kind: "grant", role: await role(service, "team-0001"), permission: await permission(service, "invoice:pay") },
    { kind: "inherit", role: await role(service, "team-0002"), from: await role(service, "accountant") },
    { kind: "revoke", role: await role(service, "accountant"), permission: await permission(service, "invoice:write") },
    { kind: "assign", user: await user(service, "ana"), role: await role(service, "clerk"), expiresAt: null, reason: "cover" },
  ];
  await openAs(page, "root", "/");
  await keepDraft(page, service, "root", changes);
  const before = await effective(service);
  const drawer = await review(page);
  const [, gained, lost] = /In all (\d+) gained and (\d+) lost/.exec(await drawer.getByText(/^In all/).innerText()) ?? [];
  await drawer.getByRole("button", { name: "Save 4 changes" }).click();
  await expect(drawer.getByText(/^Saved/)).toBeVisible();
  const after = await effective(service);
  expect(Number(gained)).toBe([...after].filter((pair) => !before.has(pair)).length);
  expect(Number(lost)).toBe([...before].filter((pair) => !after.has(pair)).length);
});

test("a role that was changed meanwhile refuses Save, writes nothing and keeps the draft", async ({ page, service }) => {
  const clerk = await role(service, "clerk");
  const pay = await permission(service, "invoice:pay");
  const root = await service.token("root");
  const { data } = await service.request<{ role: { version: number } }>("query ($id: ID!) { role(id: $id) { version } }", { id: clerk.id }, root);
  await openAs(page, "root", "/");
  await keepDraft(page, service, "root", [{ kind: "grant", role: clerk, permission: pay }], { [clerk.id]: data.role.version });
  const approve = await permission(service, "invoice:approve");
  const grant = "mutation ($role: ID!, $ids: [ID!]!) { roleGrantPermissions(roleId: $role, permissionIds: $ids) { userErrors { message } } }";
  await service.request(grant, { role: clerk.id, ids: [approve.id] }, root);
  const drawer = await review(page);
  await expect(drawer.getByText("clerk was changed by somebody else since you began.").first()).toBeVisible();
  await expect(drawer.getByRole("button", { name: "Save 1 change" })).toHaveAttribute("aria-disabled", "true");
  await expect(drawer.getByRole("button", { name: "Save 1 change" })).toHaveAccessibleDescription(/somebody else/);
  await drawer.getByRole("button", { name: "Apply my changes to the current state" }).click();
  await drawer.getByRole("button", { name: "Save 1 change" }).click();
  await expect(drawer.getByText(/^Saved/)).toBeVisible();
  const names = "query ($id: ID!) { role(id: $id) { permissions { name } } }";
  const { data: now } = await service.request<{ role: { permissions: { name: string }[] } }>(names, { id: clerk.id }, root);
  expect(now.role.permissions.map(({ name }) => name)).toEqual(["invoice:approve", "invoice:pay", "invoice:read"]);
});

test("who would become an administrator is named, and a name is typed to go on", async ({ page, service }) => {
  await openAs(page, "root", "/");
  await keepDraft(page, service, "root", [
    { kind: "inherit", role: await role(service, "accountant"), from: await role(service, "superadmin") },
  ]);
  const drawer = await review(page);
  await expect(drawer.getByRole("alert").filter({ hasText: "They become administrators" })).toContainText("ben");
  const save = drawer.getByRole("button", { name: "Save 1 change" });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await drawer.getByLabel("Type accountant to go on").fill("accountant");
  await save.click();
  await expect(drawer.getByText(/^Saved/)).toBeVisible();
});

test("a constraint that stands in the way is named, and nothing is saved", async ({ page, service }) => {
  const root = await service.token("root");
  const [payer, controller] = [await role(service, "payer"), await role(service, "controller")];
  const create = `mutation ($ids: [ID!]!) {
    sodConstraintCreate(input: { name: "Pay and approve", kind: STATIC, roleIds: $ids }) { userErrors { message } }
  }`;
  await service.request(create, { ids: [payer.id, controller.id] }, root);
  const ana = await user(service, "ana");
  await openAs(page, "root", "/");
  await keepDraft(page, service, "root", [payer, controller].map((role) => ({ kind: "assign", user: ana, role, expiresAt: null, reason: null })));
  const drawer = await review(page);
  await expect(drawer.getByRole("link", { name: "Pay and approve" })).toBeVisible();
  await expect(drawer.getByRole("button", { name: "Save 2 changes" })).toHaveAttribute("aria-disabled", "true");
});

test("without policy:apply, changes are saved one after another", async ({ page, service }) => {
  const root = await service.token("root");
  const helper = "mutation { roleCreate(input: { name: \"helper\" }) { role { id } } }";
  const { data } = await service.request<{ roleCreate: { role: { id: string } } }>(helper, {}, root);
  const permissions = await Promise.all(["role:assign", "role:read", "user:read", "invoice:pay", "invoice:read"].map((name) => service.idOf("permission", name)));
  await service.request("mutation ($id: ID!, $ids: [ID!]!) { roleGrantPermissions(roleId: $id, permissionIds: $ids) { userErrors { message } } }", { id: data.roleCreate.role.id, ids: permissions }, root);
  const ana = await user(service, "ana");
  await service.request("mutation ($id: ID!, $ids: [ID!]!) { userAssignRoles(userId: $id, roleIds: $ids) { userErrors { message } } }", { id: ana.id, ids: [data.roleCreate.role.id] }, root);
  await openAs(page, "ana", "/");
  await keepDraft(page, service, "ana", [
    { kind: "assign", user: await user(service, "person-0001"), role: await role(service, "payer"), expiresAt: null, reason: null },
    { kind: "assign", user: await user(service, "person-0002"), role: await role(service, "controller"), expiresAt: null, reason: null },
  ]);
  const drawer = await review(page);
  await expect(drawer.getByText("saved one after another")).toBeVisible();
  await expect(drawer.getByText(/invoice:approve/).first()).toBeVisible();
  await drawer.getByRole("button", { name: "Take out: controller" }).click();
  await drawer.getByRole("button", { name: "Save 1 change" }).click();
  await expect(drawer.getByText(/^Saved/)).toBeVisible();
});

test("a change that needs a confirmed password asks for it, and goes on", async ({ page, service }) => {
  const [clerk, payer] = [await role(service, "clerk"), await role(service, "payer")];
  const pay = await permission(service, "invoice:pay");
  await openAs(page, "root", "/");
  await keepDraft(page, service, "root", [
    { kind: "grant", role: clerk, permission: pay },
    { kind: "revoke", role: payer, permission: pay },
  ]);
  let isAged = true;
  await page.route("**/graphql", async (route) => {
    // The service's answer ten minutes after the login.
    if (!isAged || !route.request().postData()?.includes("mutation DraftApply")) return route.continue();
    isAged = false;
    const error = { message: "confirm the password", path: ["policyApply"], extensions: { code: "REAUTHENTICATION_REQUIRED" } };
    return route.fulfill({ json: { data: { policyApply: null }, errors: [error] } });
  });
  const drawer = await review(page);
  await drawer.getByRole("button", { name: "Save 2 changes" }).click();
  const prompt = page.getByRole("dialog", { name: "Confirm your password" });
  await prompt.getByLabel("Password", { exact: true }).fill("plain-sailing-over-7-seas");
  await prompt.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText(/^Saved at revision/)).toBeVisible();
});
