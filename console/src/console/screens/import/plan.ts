import { type Change, created, type Named } from "../../draft/changes";
import type { ExistingUser, Lookup } from "./lookup";
import type { Row } from "./rows";

/** What the reader decided about the unknown names of a file. Keys are names in lower case. */
export interface Decisions {
  /** Users and roles to create, ticked one by one. */
  readonly newUsers: ReadonlySet<string>;
  readonly newRoles: ReadonlySet<string>;
  /** Existing objects that are meant by unknown names. */
  readonly meantUsers: ReadonlyMap<string, ExistingUser>;
  readonly meantRoles: ReadonlyMap<string, Named>;
}

export const UNDECIDED: Decisions = { newUsers: new Set(), newRoles: new Set(), meantUsers: new Map(), meantRoles: new Map() };

/** A row with what it stands for. */
export interface PlannedRow {
  readonly row: Row;
  /** The user, unless none of this name exists. */
  readonly user: ExistingUser | null;
  readonly isTicked: boolean;
  readonly near: readonly ExistingUser[];
}

/** A role of the file that does not exist. */
export interface NewRole {
  readonly name: string;
  readonly isTicked: boolean;
  readonly near: readonly Named[];
}

export interface Plan {
  readonly rows: readonly PlannedRow[];
  readonly newRoles: readonly NewRole[];
  /** Rows whose users are to be created. */
  readonly usersToCreate: readonly Row[];
  /** Roles to create and assignments to make, of users that exist. */
  readonly changes: readonly Change[];
}

/** What a file would do. */
export function planOf(rows: readonly Row[], lookup: Lookup, decisions: Decisions): Plan {
  const planned = rows.map((row) => plannedRow(row, lookup, decisions));
  return {
    rows: planned,
    newRoles: newRoles(rows, lookup, decisions),
    usersToCreate: planned.filter(({ user, isTicked }) => !user && isTicked).map(({ row }) => row),
    changes: changesOf(planned, lookup, decisions),
  };
}

function plannedRow(row: Row, { users, nearUsers }: Lookup, { newUsers, meantUsers }: Decisions): PlannedRow {
  const key = row.username.toLowerCase();
  const user = users.get(key) ?? meantUsers.get(key) ?? null;
  return { row, user, isTicked: row.invalid === null && newUsers.has(key), near: user ? [] : (nearUsers.get(key) ?? []) };
}

function newRoles(rows: readonly Row[], { roles, nearRoles }: Lookup, decisions: Decisions): readonly NewRole[] {
  const names = new Map(rows.filter(({ invalid }) => !invalid).flatMap((row) => row.roles.map((name) => [name.toLowerCase(), name] as const)));
  return [...names]
    .filter(([key]) => !roles.has(key) && !decisions.meantRoles.has(key))
    .map(([key, name]) => ({ name, isTicked: decisions.newRoles.has(key), near: nearRoles.get(key) ?? [] }));
}

function changesOf(rows: readonly PlannedRow[], { roles }: Lookup, { newRoles, meantRoles }: Decisions): readonly Change[] {
  const creations = new Map<string, Change>();
  const assignments: Change[] = [];
  const roleOf = (name: string): Named | null => {
    const key = name.toLowerCase();
    const known = roles.get(key) ?? meantRoles.get(key);
    if (known || !newRoles.has(key)) return known ?? null;
    const creation = creations.get(key) ?? { kind: "createRole", role: created(name), description: null };
    creations.set(key, creation);
    return creation.kind === "createRole" ? creation.role : null;
  };
  for (const { row, user } of rows) {
    if (!user || row.invalid) continue;
    for (const name of row.roles) {
      const role = roleOf(name);
      if (!role || user.roles.includes(role.id)) continue;
      assignments.push({ kind: "assign", user: { id: user.id, name: user.name }, role: { id: role.id, name: role.name }, expiresAt: row.until, reason: null });
    }
  }
  return [...creations.values(), ...assignments];
}
