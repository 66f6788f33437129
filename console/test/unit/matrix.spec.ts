import { expect, test } from "@playwright/test";
import type { Change } from "../../src/console/draft/changes";
import { cellOf, heldByRule, kindOf, lockOf } from "../../src/console/screens/matrix/cells";
import { columnsOf, type Filter, linesOf, permissionsOf } from "../../src/console/screens/matrix/lines";
import { modelOf } from "../../src/console/screens/matrix/model";
import { juniorsFirst } from "../../src/console/screens/matrix/order";
import { filled, moved, toggled } from "../../src/console/screens/matrix/places";
import { type MatrixRole, matches, type Policy } from "../../src/console/screens/matrix/policy";

const role = (name: string, more: Partial<MatrixRole> = {}): MatrixRole =>
  ({ id: `role_${name}`, name, version: 1, isSystem: false, canManage: true, members: 0, patterns: [], ...more });
const permission = (name: string) => ({ id: `perm_${name}`, name, resource: name.split(":")[0] ?? "" });
const [clerk, accountant, controller, payer] = [role("clerk"), role("accountant"), role("controller"), role("payer")];
const [read, write, pay] = [permission("invoice:read"), permission("invoice:write"), permission("invoice:pay")];
const above = (senior: MatrixRole, junior: MatrixRole) => ({ senior: senior.id, junior: junior.id });
const grantOf = (holder: MatrixRole, granted: typeof read) => ({ role: holder.id, permission: granted.id });
const policy: Policy = {
  roles: [payer, controller, accountant, clerk],
  permissions: [pay, read, write],
  links: [above(accountant, clerk), above(controller, accountant)],
  grants: [grantOf(clerk, read), grantOf(accountant, write), grantOf(controller, read), grantOf(payer, pay)],
};
const change = (kind: "grant" | "revoke", holder: MatrixRole, granted: typeof read): Change => ({ kind, role: holder, permission: granted });
const noFilter: Filter = { differ: false, compared: null };

/** The kinds of the cells of a row, by the names of their roles. */
function row(granted: typeof read, changes: readonly Change[] = [], of = policy) {
  const model = modelOf(of, changes);
  return Object.fromEntries(model.roles.map((each, column) => [each.name, cellOf(model, each, column, granted).kind]));
}

test("columns run from juniors to seniors, and by name where the hierarchy does not say", () => {
  expect(juniorsFirst(policy.roles, policy.links).map(({ name }) => name)).toEqual(["clerk", "accountant", "controller", "payer"]);
  const names = juniorsFirst([role("b"), role("A"), role("c")], [{ senior: "role_A", junior: "role_c" }]);
  expect(names.map(({ name }) => name)).toEqual(["b", "c", "A"]);
});

test("cells tell direct, inherited and redundant grants apart", () => {
  expect(row(read)).toEqual({ clerk: "direct", accountant: "inherited", controller: "redundant", payer: "empty" });
});

test("a grant of the draft is added to its role, and inherited by the seniors", () => {
  expect(row(pay, [change("grant", clerk, pay)])).toEqual({ clerk: "added", accountant: "addedAbove", controller: "addedAbove", payer: "direct" });
});

test("a revocation of the draft leaves seniors that have the permission another way", () => {
  expect(row(read, [change("revoke", clerk, read)])).toEqual({ clerk: "removed", accountant: "removedAbove", controller: "direct", payer: "empty" });
});

test("inheritance of the draft shows what a senior gains and loses", () => {
  expect(row(pay, [{ kind: "inherit", role: clerk, from: payer }])).toMatchObject({ clerk: "addedAbove", controller: "addedAbove" });
  expect(row(write, [{ kind: "disinherit", role: controller, from: accountant }])).toMatchObject({ controller: "removedAbove", accountant: "direct" });
});

test("a cycle of the draft ends the computation all the same", () => {
  expect(row(write, [{ kind: "inherit", role: clerk, from: controller }])).toMatchObject({ clerk: "addedAbove", accountant: "direct" });
});

test("the sources of a cell are all roles and patterns that it comes from", () => {
  const reader = role("reader", { patterns: ["*:read"] });
  const model = modelOf({ ...policy, roles: [...policy.roles, reader], links: [...policy.links, above(accountant, reader)] }, []);
  const column = model.roles.findIndex(({ id }) => id === controller.id);
  const { sources } = cellOf(model, controller, column, read);
  expect(sources.map(({ role: { name }, pattern }) => `${name} ${pattern}`)).toEqual(["clerk null", "reader *:read"]);
  expect(cellOf(model, reader, model.roles.indexOf(reader), read).kind).toBe("pattern");
});

test("a pattern matches names with its separator only", () => {
  expect(["invoice:*", "*:read", "*:*", "*.*"].map((pattern) => matches(pattern, "invoice:read"))).toEqual([true, true, true, false]);
  expect(matches("storage.objects.*", "storage.objects.get")).toBe(true);
  expect(matches("storage.*", "storage.objects.get")).toBe(false);
});

test("roles and permissions that the draft creates are a column and a row", () => {
  const created = { id: "new:reader", name: "reader" };
  const export_ = { id: "new:report:export", name: "report:export" };
  const model = modelOf(policy, [
    { kind: "createRole", role: created, description: null },
    { kind: "createPermission", permission: export_, description: null },
    { kind: "grant", role: created, permission: export_ },
  ]);
  const column = model.roles.findIndex(({ id }) => id === created.id);
  expect(model.permissions.at(-1)).toEqual({ ...export_, resource: "report" });
  expect(kindOf(0, model.after.row(export_.id)[column] ?? 0)).toBe("added");
});

test("a lock names the first obstacle", () => {
  const rules = (held: readonly string[]) => ({ may: (name: string) => held.includes(name), byRule: new Set<string>() });
  expect(lockOf(clerk, read, rules(["invoice:read"]))).toBe("grant");
  expect(lockOf({ ...clerk, canManage: false }, read, rules(["permission:grant", "invoice:read"]))).toBe("role");
  expect(lockOf(clerk, read, rules(["permission:grant"]))).toBe("permission");
  expect(lockOf(clerk, read, rules(["permission:grant", "invoice:read"]))).toBeNull();
});

test("a built-in role that holds everything is not editable", () => {
  const root = role("root", { isSystem: true });
  const grants = [...policy.grants, ...policy.permissions.map((each) => grantOf(root, each))];
  expect(heldByRule(modelOf({ ...policy, roles: [...policy.roles, root, role("user", { isSystem: true })], grants }, []))).toEqual(new Set([root.id]));
});

test("filters leave columns and rows by a part of their name, and rows that differ", () => {
  const model = modelOf(policy, []);
  const columns = columnsOf(model, { ...noFilter, roles: "CL" });
  expect(columns.map(({ role: { name } }) => name)).toEqual(["clerk"]);
  expect(permissionsOf(model, columns, { ...noFilter, permissions: "rea" })).toEqual([read]);
  expect(permissionsOf(model, columns, { ...noFilter, differ: true })).toEqual([]);
  const compared = { ...noFilter, compared: [controller.id, accountant.id] };
  expect(columnsOf(model, compared).map(({ role: { name } }) => name)).toEqual(["controller", "accountant"]);
  expect(permissionsOf(model, columnsOf(model, compared), compared)).toEqual([]);
  const drafted = modelOf(policy, [change("grant", controller, pay)]);
  expect(permissionsOf(drafted, columnsOf(drafted, compared), compared)).toEqual([pay]);
});

test("a closed heading hides its permissions", () => {
  const lines = linesOf([permission("a:x"), permission("b:x"), permission("b:y")], new Set(["b"]));
  expect(lines.map((line) => (line.kind === "group" ? `${line.resource} ${line.size}` : line.permission.name))).toEqual(["a 1", "a:x", "b 2"]);
});

test("keys move within the grid", () => {
  const size = { rows: 4, columns: 5, page: 10 };
  const from = { row: 1, column: 1 };
  const to = (key: string, ctrlKey = false) => Object.values(moved(from, { key, ctrlKey }, size) ?? {}).join(" ");
  expect(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown"].map((key) => to(key))).toEqual(["0 1", "2 1", "1 0", "1 2", "1 0", "1 4", "3 1"]);
  expect([to("Home", true), to("End", true), to("x")]).toEqual(["0 0", "3 4", ""]);
  expect(moved({ row: 3, column: 4 }, { key: "ArrowDown", ctrlKey: false }, size)).toEqual({ row: 3, column: 4 });
});

test.describe("changes of cells", () => {
  const gridOf = (changes: readonly Change[] = []) => {
    const model = modelOf(policy, changes);
    const columns = columnsOf(model, noFilter);
    return { model, columns, lines: linesOf(model.permissions, new Set()), lockOf: (holder: MatrixRole) => (holder === payer ? ("role" as const) : null) };
  };
  const words = (changes: readonly ({ change: Change } | null)[]) =>
    changes.map((each) => (each && "permission" in each.change && "role" in each.change ? `${each.change.kind} ${each.change.permission.name} ${each.change.role.name}` : null));

  test("grant what a role lacks itself, and revoke what it has itself", () => {
    // Rows: the headings, `invoice`, pay, read, write.
    const grid = gridOf();
    const cells = [{ row: 3, column: 1 }, { row: 3, column: 2 }, { row: 3, column: 4 }, { row: 1, column: 1 }, { row: 3, column: 0 }];
    expect(words(cells.map((place) => toggled(grid, place)))).toEqual(["revoke invoice:read clerk", "grant invoice:read accountant", null, null, null]);
  });

  test("fill a range with the state of its first cell, except for locked cells", () => {
    expect(words(filled(gridOf(), { row: 3, column: 1 }, { row: 2, column: 4 }))).toEqual([
      "grant invoice:pay clerk",
      "grant invoice:pay accountant",
      "grant invoice:pay controller",
      "grant invoice:read accountant",
    ]);
    expect(words(filled(gridOf(), { row: 4, column: 1 }, { row: 4, column: 2 }))).toEqual(["revoke invoice:write accountant"]);
  });
});
