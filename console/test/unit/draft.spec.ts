import { expect, test } from "@playwright/test";
import { type Change, created, inverseOf, withChange, withIds, withoutChange } from "../../src/console/draft/changes";
import { documentOf, editedIds, fitsDocument, type RoleState, type UserState } from "../../src/console/draft/document";
import { sentence } from "../../src/console/draft/sentences";
import { stepsOf } from "../../src/console/draft/steps";

const clerk = { id: "role_1", name: "clerk" };
const payer = { id: "role_2", name: "payer" };
const read = { id: "perm_1", name: "invoice:read" };
const pay = { id: "perm_2", name: "invoice:pay" };
const ana = { id: "user_1", name: "ana" };
const ben = { id: "user_2", name: "ben" };

const grant = (role = clerk, permission = read): Change => ({ kind: "grant", role, permission });
const revoke = (role = clerk, permission = read): Change => ({ kind: "revoke", role, permission });
const assign = (user = ana, role = payer, expiresAt: string | null = null): Change => ({ kind: "assign", user, role, expiresAt, reason: null });

const roles: readonly RoleState[] = [
  { __typename: "Role", id: clerk.id, name: "clerk", version: 3, permissions: [read], inheritsFrom: [payer] },
];
const users: readonly UserState[] = [
  {
    __typename: "User",
    id: ana.id,
    username: "ana",
    roleAssignments: [{ role: clerk, validFrom: null, expiresAt: "2099-01-01T00:00:00.000Z", reason: "cover" }],
    directPermissions: [],
  },
];

test.describe("a draft", () => {
  test("holds a change once, with the terms set last", () => {
    const changes = withChange(withChange([], assign()), assign(ana, payer, "2030-01-01T00:00:00.000Z"));
    expect(changes).toEqual([assign(ana, payer, "2030-01-01T00:00:00.000Z")]);
  });

  test("is empty again after the opposite of its change", () => {
    expect(withChange([grant()], revoke())).toEqual([]);
  });

  test("loses what uses an object when the creation of the object is taken out", () => {
    const role = created("reader");
    const creation: Change = { kind: "createRole", role, description: null };
    expect(withoutChange([creation, grant(role), grant()], creation)).toEqual([grant()]);
  });

  test("has an inverse without its creations", () => {
    const creation: Change = { kind: "createRole", role: created("reader"), description: null };
    expect(inverseOf([creation, grant(), assign()]).map(({ kind }) => kind)).toEqual(["revoke", "unassign"]);
  });

  test("reads as instructions", () => {
    expect([grant(), revoke(), assign()].map(sentence)).toEqual([
      "grant invoice:read to clerk",
      "revoke invoice:read from clerk",
      "assign payer to ana",
    ]);
  });
});

test.describe("the document of a draft", () => {
  test("has the whole lists of the edited roles, and no others", () => {
    const document = documentOf([grant(clerk, pay), revoke()], roles, []);
    expect(document).toEqual({ version: 1, roles: { clerk: { permissions: ["invoice:pay"] } } });
  });

  test("keeps the terms of assignments that stay", () => {
    expect(documentOf([assign(ana, payer, "2030-01-01T00:00:00.000Z")], [], users)).toEqual({
      version: 1,
      assignments: {
        ana: {
          roles: {
            clerk: { expiresAt: "2099-01-01T00:00:00.000Z", reason: "cover" },
            payer: { expiresAt: "2030-01-01T00:00:00.000Z" },
          },
        },
      },
    });
  });

  test("creates objects under the names that others use", () => {
    const role = created("reader");
    const permission = created("report:read");
    const changes: readonly Change[] = [
      { kind: "createPermission", permission, description: "Read reports" },
      { kind: "createRole", role, description: null },
      { kind: "grant", role, permission },
      { kind: "inherit", role, from: clerk },
    ];
    expect(documentOf(changes, [], [])).toEqual({
      version: 1,
      permissions: { "report:read": { description: "Read reports" } },
      roles: { reader: { permissions: ["report:read"], inherits: ["clerk"] } },
    });
    expect(editedIds(changes)).toEqual([]);
  });

  test("cannot hold direct grants", () => {
    expect(fitsDocument([{ kind: "grantUser", user: ana, permission: pay, expiresAt: null, reason: null }])).toBe(false);
    expect(fitsDocument([grant(), assign()])).toBe(true);
  });
});

test.describe("the mutations of a draft", () => {
  test("are one for each object and kind", () => {
    expect(stepsOf([grant(), grant(clerk, pay), revoke(payer, pay)]).map(({ title }) => title)).toEqual([
      "grant invoice:read to clerk, grant invoice:pay to clerk",
      "revoke invoice:pay from payer",
    ]);
  });

  test("are one for a role that many users are assigned", () => {
    expect(stepsOf([assign(ana), assign(ben)])).toHaveLength(1);
    expect(stepsOf([assign(ana), assign(ben, payer, "2030-01-01T00:00:00.000Z")])).toHaveLength(2);
  });
});

test("what is left of a draft uses the ids of what was created", () => {
  const role = created("reader");
  expect(withIds(grant(role), new Map([[role.id, "role_9"]]))).toEqual(grant({ id: "role_9", name: "reader" }));
  expect(withIds(grant(), new Map([[role.id, "role_9"]]))).toEqual(grant());
});
