import { expect, test } from "@playwright/test";
import { csvOf } from "../../src/console/components/csv";
import { choicesOf, endOf, filterOf, startOf } from "../../src/console/screens/audit/filter";
import { countsOf, groupsOf } from "../../src/console/screens/audit/groups";
import { auditSearch } from "../../src/console/screens/audit/search";
import { changedValues } from "../../src/console/screens/audit/values";
import { isNearlyEmpty, progressOf } from "../../src/console/screens/overview/progress";
import { diffLines, formatOf, indexOf, placeOf } from "../../src/console/screens/policy/plan";
import { type Cure, changeOf, makesAdministrator } from "../../src/console/screens/why/cures";
import { resourceOf } from "../../src/console/screens/why/question";
import { brokenPaths, stepsOf } from "../../src/console/screens/why/steps";

test.describe("CSV", () => {
  test("cells with commas, quotes and line breaks are quoted, and formulas are disarmed", () => {
    const rows = [['say "hi"', "a,b", "two\nlines"], ["=1+1", "@x", null], [-3, 4, undefined]];
    expect(csvOf(["one", "two", "three"], rows)).toBe('one,two,three\r\n"say ""hi""","a,b","two\nlines"\r\n\'=1+1,\'@x,\r\n-3,4,\r\n');
  });
});

test.describe("the audit log", () => {
  test("a day begins at midnight of the reader, and its end is exclusive", () => {
    const start = Date.parse(startOf("2026-03-05") ?? "");
    expect(new Date(start).getHours()).toBe(0);
    expect(Date.parse(endOf("2026-03-05") ?? "") - start).toBe(86_400_000);
    expect(startOf("yesterday")).toBeNull();
    expect(startOf(undefined)).toBeNull();
  });

  test("only what the address names becomes a condition", () => {
    expect(filterOf(auditSearch({ action: "role.*", outcome: "nonsense", actor: 7 }))).toEqual({
      search: null, actions: ["role.*"], outcome: null, actorId: "7", involvingId: null, since: null, until: null,
    });
  });

  test("each prefix of actions is offered as a pattern", () => {
    expect(choicesOf(["bootstrap", "role.create", "role.delete"])).toEqual(["bootstrap", "role.*", "role.create", "role.delete"]);
  });

  test("events of one request stand under the one that names the document", () => {
    const event = (requestId: string, action: string, at: string) => ({ requestId, action, at });
    const [create, apply, login, old] = [
      event("1", "role.create", "2026-03-05T12:00:00Z"),
      event("1", "policy.apply", "2026-03-05T12:00:00Z"),
      event("2", "session.login", "2026-03-05T11:00:00Z"),
      event("3", "session.login", "2026-03-03T11:00:00Z"),
    ] as const;
    const days = groupsOf([create, apply, login, old]);
    expect(days.map(({ day }) => day)).toEqual(["2026-03-05", "2026-03-03"]);
    expect(days[0]?.requests).toEqual([{ key: "1", main: apply, others: [create] }, { key: "2", main: login, others: [] }]);
  });

  test("days without events count as zero, up to today", () => {
    const counts = countsOf(["2026-03-05T12:00:00Z", "2026-03-05T12:30:00Z", "2025-01-01T12:00:00Z"], 3, new Date(2026, 2, 6));
    expect(counts).toEqual([{ day: "2026-03-04", count: 0 }, { day: "2026-03-05", count: 2 }, { day: "2026-03-06", count: 0 }]);
  });

  test("values stand side by side, lists by line, and absent ones are empty", () => {
    expect(changedValues({ name: "clerk", roles: ["a", "b"] }, { name: "teller", limit: 2 })).toEqual([
      { key: "name", before: "clerk", after: "teller" },
      { key: "roles", before: "a\nb", after: null },
      { key: "limit", before: null, after: "2" },
    ]);
    expect(changedValues(null, null)).toEqual([]);
  });
});

test.describe("policy documents", () => {
  test("a message with a place leads to the index in the text", () => {
    const text = "version: 1\nroles:\n  clerk: 5\n";
    const place = placeOf("line 3, column 10: a role is a mapping");
    expect(place).toEqual({ line: 3, column: 10 });
    expect(place && text.slice(indexOf(text, place))).toBe("5\n");
    expect(indexOf(text, { line: 99, column: 1 })).toBe(text.length);
    expect(placeOf("the document is empty")).toBeNull();
  });

  test("the format follows from the first character", () => {
    expect(formatOf('\n {"version": 1}')).toBe("JSON");
    expect(formatOf("version: 1")).toBe("YAML");
  });

  test("lines of a diff have the tone of their sign", () => {
    expect(diffLines("--- before\n+++ after\n@@ -1 +1 @@\n-a\n+b\n c\n").map(({ tone }) => tone)).toEqual(["place", "place", "place", "removed", "added", undefined]);
  });
});

test.describe("who and why", () => {
  const cure = (kind: Cure["kind"], permissions: readonly { isSystem: boolean; action: string }[]): Cure => ({
    kind,
    role: {
      id: "role_1", name: "clerk", version: 4, authorizedUsers: null,
      effectivePermissions: permissions.map((permission, index) => ({ permission: { id: `perm_${index}`, name: "x:y", ...permission } })),
    },
    permissionsAdded: 1,
    usersAffected: 1,
    viewerCanApply: true,
    blockedBy: null,
  });
  const invoice = { name: "invoice:read", isSystem: false, action: "read" };

  test("a role with a system permission that changes something makes an administrator", () => {
    expect(makesAdministrator(cure("ASSIGN_ROLE", [{ isSystem: true, action: "read" }, { isSystem: false, action: "write" }]), invoice)).toBe(false);
    expect(makesAdministrator(cure("ASSIGN_ROLE", [{ isSystem: true, action: "assign" }]), invoice)).toBe(true);
    expect(makesAdministrator(cure("GRANT_TO_ROLE", [{ isSystem: true, action: "assign" }]), invoice)).toBe(false);
    expect(makesAdministrator(cure("GRANT_TO_ROLE", []), { name: "role:write", isSystem: true, action: "write" })).toBe(true);
  });

  test("each kind of cure is the change of the draft that makes it", () => {
    const user = { id: "user_1", name: "ben" };
    const permission = { id: "perm_1", name: "invoice:read" };
    const terms = { expiresAt: null, reason: "Cover" };
    const role = { id: "role_1", name: "clerk" };
    expect(changeOf(cure("ASSIGN_ROLE", []), user, permission, terms)).toEqual({ kind: "assign", user, role, ...terms });
    expect(changeOf(cure("GRANT_TO_ROLE", []), user, permission, terms)).toEqual({ kind: "grant", role, permission });
    expect(changeOf({ ...cure("GRANT_DIRECTLY", []), role: null }, user, permission, terms)).toEqual({ kind: "grantUser", user, permission, ...terms });
    expect(changeOf(cure("ACTIVATE_ROLE", []), user, permission, terms)).toBeNull();
  });

  test("the resource is what precedes the last colon, else the last dot, else all", () => {
    expect(["invoice:read", "a:b:c", "storage.objects.get", "ping"].map(resourceOf)).toEqual(["invoice", "a:b", "storage.objects", "ping"]);
  });

  test("a path that is not active breaks at its first link", () => {
    const path = {
      kind: "ROLE" as const, pattern: "invoice:*", isActive: false, validFrom: null, expiresAt: null, grantedAt: null, grantedBy: null, reason: null, text: "",
      roles: [{ id: "role_1", name: "clerk" }],
    };
    expect(stepsOf("ben", path, "invoice:read").map(({ label, isMissing = false }) => `${label}${isMissing ? "?" : ""}`)).toEqual(["ben", "clerk?", "invoice:*", "invoice:read"]);
  });

  test("without roles, the permission is missing at once", () => {
    expect(brokenPaths("ana", [], "invoice:read", 3)).toEqual([[{ key: "subject", label: "ana" }, { key: "permission", label: "invoice:read", isMissing: true }]]);
  });
});

test.describe("the first steps", () => {
  const empty = { permissions: { totalCount: 0 }, roles: { nodes: [{ id: "role_1", isDefault: true }] }, users: { totalCount: 1 }, sessions: { nodes: [{ id: "ses_1", isCurrent: true }] } };

  test("a new installation has none of them done", () => {
    expect(progressOf(empty)).toEqual({ permissions: false, roles: false, people: false, app: false });
  });

  test("the list is hidden once permissions, roles and people are there", () => {
    const progress = progressOf({ ...empty, permissions: { totalCount: 1 }, roles: { nodes: [{ id: "role_2", isDefault: false }] }, users: { totalCount: 2 } });
    expect(progress && isNearlyEmpty(progress)).toBe(false);
  });

  test("a reader who may not see them is shown no progress", () => {
    expect(progressOf({ ...empty, roles: null })).toBeNull();
  });
});
