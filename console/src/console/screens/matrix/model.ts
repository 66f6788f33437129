import { reachable } from "../../components/hierarchy";
import type { Change } from "../../draft/changes";
import { juniorsFirst } from "./order";
import { afterChanges, matches, type MatrixPermission, type MatrixRole, type Policy, withCreated } from "./policy";

/** How a role holds a permission, as a set of bits. */
export const DIRECT = 1;
export const INHERITED = 2;
export const PATTERN = 4;

/** A role or a pattern of a role that a permission comes from. */
export interface Source {
  readonly role: MatrixRole;
  /** Null when the permission itself is granted to the role. */
  readonly pattern: string | null;
}

/** One state of the policy: how each role holds each permission. */
export interface State {
  /** How the roles, by their column, hold a permission. */
  readonly row: (permission: string) => Uint8Array;
  /** Where a role has a permission from, other than from a grant to itself. */
  readonly sources: (role: MatrixRole, permission: MatrixPermission) => readonly Source[];
}

/** The matrix now and once the draft is saved. */
export interface Model {
  /** Columns, juniors before seniors. */
  readonly roles: readonly MatrixRole[];
  readonly permissions: readonly MatrixPermission[];
  /** Roles that each role inherits from immediately. */
  readonly juniors: (role: MatrixRole) => readonly MatrixRole[];
  readonly now: State;
  readonly after: State;
}

/** The matrix of a policy with a draft. */
export function modelOf(saved: Policy, changes: readonly Change[]): Model {
  const policy = withCreated(saved, changes);
  const roles = juniorsFirst(policy.roles, policy.links);
  const byId = new Map(roles.map((role) => [role.id, role]));
  const next = afterChanges(policy, changes);
  const isUnchanged = !changes.some(({ kind }) => kind === "grant" || kind === "revoke" || kind === "inherit" || kind === "disinherit");
  const now = stateOf({ ...policy, roles });
  return {
    roles,
    permissions: policy.permissions,
    juniors: ({ id }) => policy.links.flatMap(({ senior, junior }) => (senior === id ? (byId.get(junior) ?? []) : [])),
    now,
    after: isUnchanged ? now : stateOf({ ...policy, ...next, roles }),
  };
}

function stateOf({ roles, permissions, links, grants }: Policy): State {
  const column = new Map(roles.map(({ id }, index) => [id, index]));
  const names = new Map(permissions.map(({ id, name }) => [id, name]));
  const granted = new Map<string, Set<string>>();
  for (const { role, permission } of grants) granted.set(permission, (granted.get(permission) ?? new Set()).add(role));
  const patterned = roles.filter(({ patterns }) => patterns.length > 0);
  const seniorsOf = reachable(links, "junior", "senior");
  const juniorsOf = reachable(links, "senior", "junior");
  const rows = new Map<string, Uint8Array>();
  const patternOf = (role: MatrixRole, name: string) => role.patterns.find((pattern) => matches(pattern, name)) ?? null;
  const juniorsAt = (role: string) => [...juniorsOf(role)].map((id) => column.get(id) ?? -1).sort((a, b) => a - b);
  const makeRow = (permission: string) => {
    const row = new Uint8Array(roles.length);
    const mark = (role: string, bit: number) => {
      const at = column.get(role);
      if (at !== undefined) row[at] = (row[at] ?? 0) | bit;
    };
    const fill = (role: string, bit: number) => {
      mark(role, bit);
      for (const senior of seniorsOf(role)) mark(senior, INHERITED);
    };
    for (const role of granted.get(permission) ?? []) fill(role, DIRECT);
    const name = names.get(permission) ?? "";
    for (const role of patterned) if (patternOf(role, name) !== null) fill(role.id, PATTERN);
    return row;
  };
  return {
    row: (permission) => {
      const row = rows.get(permission) ?? makeRow(permission);
      rows.set(permission, row);
      return row;
    },
    sources: (role, { id, name }) => {
      const direct = granted.get(id);
      const own = patternOf(role, name);
      const found: Source[] = own === null ? [] : [{ role, pattern: own }];
      for (const at of juniorsAt(role.id)) {
        const junior = roles[at];
        if (!junior) continue;
        const pattern = patternOf(junior, name);
        if (direct?.has(junior.id)) found.push({ role: junior, pattern: null });
        else if (pattern !== null) found.push({ role: junior, pattern });
      }
      return found;
    },
  };
}
