import type { DraftStateQuery } from "../gql/graphql";
import { type Change, isCreated } from "./changes";

type Node = NonNullable<NonNullable<DraftStateQuery["nodes"]>[number]>;
export type RoleState = Extract<Node, { __typename: "Role" }>;
export type UserState = Extract<Node, { __typename: "User" }>;

interface RoleEntry {
  description?: string | null;
  permissions?: string[];
  inherits?: string[];
}
interface TermsEntry {
  validFrom?: string;
  expiresAt?: string;
  reason?: string;
}
interface UserEntry {
  roles: Record<string, TermsEntry>;
}
interface Document {
  version: 1;
  permissions?: Record<string, { description?: string }>;
  roles?: Record<string, RoleEntry>;
  assignments?: Record<string, UserEntry>;
}

/** Whether a policy document can express all changes. Terms of direct grants are not readable, so those cannot be kept. */
export function fitsDocument(changes: readonly Change[]): boolean {
  return changes.every(({ kind }) => kind !== "grantUser" && kind !== "revokeUser");
}

/** Ids of the existing roles and users whose lists the changes edit. */
export function editedIds(changes: readonly Change[]): string[] {
  const edited = changes.flatMap((change) => {
    if (change.kind === "assign" || change.kind === "unassign") return [change.user];
    return "role" in change ? [change.role] : [];
  });
  return [...new Set(edited.filter((object) => !isCreated(object)).map(({ id }) => id))];
}

/** The policy document (docs/policy-as-code.md, mode MERGE) that makes the changes to the current state. */
export function documentOf(changes: readonly Change[], roles: readonly RoleState[], users: readonly UserState[]): Document {
  const permissions = changes.flatMap((change) =>
    change.kind === "createPermission" ? [[change.permission.name, change.description ? { description: change.description } : {}] as const] : [],
  );
  const names = new Set(changes.flatMap((change) => ("role" in change && change.kind !== "assign" && change.kind !== "unassign" ? [change.role.name] : [])));
  const assigned = users.map((user) => [user.username, userEntry(changes, user)] as const);
  return {
    version: 1,
    ...(permissions.length > 0 ? { permissions: Object.fromEntries(permissions) } : {}),
    ...(names.size > 0 ? { roles: Object.fromEntries([...names].map((name) => [name, roleEntry(changes, name, roles)])) } : {}),
    ...(assigned.length > 0 ? { assignments: Object.fromEntries(assigned) } : {}),
  };
}

function roleEntry(changes: readonly Change[], name: string, roles: readonly RoleState[]): RoleEntry {
  const state = roles.find((role) => role.name === name);
  const own = changes.filter((change) => "role" in change && change.role.name === name);
  const entry: RoleEntry = {};
  for (const change of own) if (change.kind === "createRole" && change.description) entry.description = change.description;
  if (own.some(({ kind }) => kind === "grant" || kind === "revoke")) {
    entry.permissions = edited(
      (state?.permissions ?? []).map(({ name }) => name),
      own.flatMap((change) => (change.kind === "grant" ? [change.permission.name] : [])),
      own.flatMap((change) => (change.kind === "revoke" ? [change.permission.name] : [])),
    );
  }
  if (own.some(({ kind }) => kind === "inherit" || kind === "disinherit")) {
    entry.inherits = edited(
      (state?.inheritsFrom ?? []).map(({ name }) => name),
      own.flatMap((change) => (change.kind === "inherit" ? [change.from.name] : [])),
      own.flatMap((change) => (change.kind === "disinherit" ? [change.from.name] : [])),
    );
  }
  return entry;
}

function userEntry(changes: readonly Change[], user: UserState): UserEntry {
  const roles: Record<string, TermsEntry> = {};
  for (const { role, validFrom, expiresAt, reason } of user.roleAssignments ?? []) {
    if (expiresAt && Date.parse(expiresAt) <= Date.now()) continue;
    roles[role.name] = terms({ validFrom, expiresAt, reason });
  }
  for (const change of changes) {
    if (change.kind === "assign" && change.user.id === user.id) {
      roles[change.role.name] = terms({ validFrom: null, expiresAt: change.expiresAt, reason: change.reason });
    }
    if (change.kind === "unassign" && change.user.id === user.id) delete roles[change.role.name];
  }
  return { roles };
}

function terms(all: Record<keyof TermsEntry, string | null>): TermsEntry {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as TermsEntry;
}

function edited(current: readonly string[], added: readonly string[], removed: readonly string[]): string[] {
  return [...new Set([...current, ...added])].filter((name) => !removed.includes(name)).sort();
}
