import { expect, test } from "@playwright/test";
import { parseCsv } from "../../src/console/screens/import/csv";
import type { Lookup } from "../../src/console/screens/import/lookup";
import { editDistance, nearMisses, pieces } from "../../src/console/screens/import/near";
import { planOf, UNDECIDED } from "../../src/console/screens/import/plan";
import { readFile } from "../../src/console/screens/import/rows";
import { inheritedRoles } from "../../src/console/screens/users/inheritance";

const NOW = new Date(2026, 10, 25);

test.describe("CSV", () => {
  test("has quoted cells with separators, quotes and lines", () => {
    expect(parseCsv('a,b\r\n"x, ""y""\nz", 2 \n\n3,4')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ['x, "y"\nz', "2"] },
      { line: 5, cells: ["3", "4"] },
    ]);
  });

  test("of a spreadsheet is separated by tabs", () => {
    expect(parseCsv("a\tb, c\n1\t2, 3")).toEqual([{ line: 1, cells: ["a", "b, c"] }, { line: 2, cells: ["1", "2, 3"] }]);
  });
});

test.describe("rows of a file", () => {
  test("have roles and an end", () => {
    const { rows, unknownColumns } = readFile("Username,roles,until,team\nzoe,clerk; payer|clerk,2026-12-31,x", NOW);
    expect(unknownColumns).toEqual(["team"]);
    expect(rows).toEqual([
      { line: 2, username: "zoe", email: null, displayName: null, roles: ["clerk", "payer"], until: new Date(2026, 11, 31, 23, 59, 59).toISOString(), invalid: null },
    ]);
  });

  test("that cannot be imported say why", () => {
    const text = "username,until\n,2026-12-31\nzoe,\nZOE,\na,soon\nb,2026-02-31\nc,2025-01-01\nd,,too,many";
    expect(readFile(text, NOW).rows.map(({ invalid }) => invalid?.kind ?? null)).toEqual(["noUsername", null, "repeated", "until", "until", "past", "cells"]);
  });

  test("need a column of usernames", () => {
    expect(readFile("name\nzoe", NOW).hasUsernames).toBe(false);
  });
});

test.describe("near misses", () => {
  test("count swapped letters as one error", () => {
    expect(editDistance("bne", "ben")).toBe(1);
    expect(editDistance("accuntant", "accountant")).toBe(1);
    expect(editDistance("", "ben")).toBe(3);
  });

  test("are near, nearest first, and not the same name", () => {
    const items = ["ben", "bea", "controller", "BNE"].map((name) => ({ name }));
    expect(nearMisses("bne", items)).toEqual([{ name: "ben" }]);
    expect(nearMisses("controler", items)).toEqual([{ name: "controller" }]);
  });

  test("share a part with the name", () => {
    expect(pieces("bne")).toEqual(["b", "n", "e"]);
    expect(pieces("accountant").join("")).toBe("accountant");
  });
});

test.describe("the plan of an import", () => {
  const ben = { id: "1", name: "ben", roles: ["clerk-id"] };
  const lookup: Lookup = {
    users: new Map([["ben", ben]]),
    roles: new Map([["clerk", { id: "clerk-id", name: "clerk" }], ["payer", { id: "payer-id", name: "payer" }]]),
    nearUsers: new Map([["bne", [ben]]]),
    nearRoles: new Map(),
  };

  test("creates nothing that is not ticked, and assigns what is not assigned", () => {
    const { rows } = readFile("username,roles\nben,clerk;payer;boss\nbne,clerk", NOW);
    const plan = planOf(rows, lookup, UNDECIDED);
    expect(plan.usersToCreate).toEqual([]);
    expect(plan.newRoles).toEqual([{ name: "boss", isTicked: false, near: [] }]);
    expect(plan.rows[1]?.near).toEqual([ben]);
    expect(plan.changes.map((change) => [change.kind, "role" in change && change.role.name])).toEqual([["assign", "payer"]]);
  });

  test("creates a ticked role once, before it is assigned", () => {
    const { rows } = readFile("username,roles\nben,boss\nbne,Boss", NOW);
    const plan = planOf(rows, lookup, { ...UNDECIDED, newRoles: new Set(["boss"]), meantUsers: new Map([["bne", { ...ben, id: "2" }]]) });
    expect(plan.changes.map(({ kind }) => kind)).toEqual(["createRole", "assign", "assign"]);
  });
});

test("an inherited role has a shortest path, and assigned roles are left out", () => {
  const role = (name: string) => ({ id: name, name });
  const roles = [
    { ...role("controller"), inheritsFrom: [role("accountant"), role("clerk")] },
    { ...role("accountant"), inheritsFrom: [role("clerk")] },
    { ...role("clerk"), inheritsFrom: [role("controller")] },
  ];
  const paths = inheritedRoles([role("controller")], roles).map(({ path }) => path.map(({ name }) => name).join(" > "));
  expect(paths).toEqual(["controller > accountant", "controller > clerk"]);
});
