import type { Change } from "../../draft/changes";
import { isCreated } from "../../draft/changes";
import { type MatrixPermission, type MatrixRole } from "./policy";
import { DIRECT, INHERITED, type Model, PATTERN, type Source } from "./model";

/** What a cell shows. */
export type CellKind =
  | "direct"
  | "redundant"
  | "inherited"
  | "pattern"
  | "added"
  | "removed"
  | "addedAbove"
  | "removedAbove"
  | "empty";

/** Why a cell cannot be changed. */
export type Lock = "grant" | "role" | "permission" | "rule";

/** One role and one permission. */
export interface Cell {
  readonly kind: CellKind;
  /** Where the permission comes from, other than from a grant to the role itself: now, and once the draft is saved. */
  readonly sources: readonly Source[];
  readonly nextSources: readonly Source[];
}

/** What a cell shows, from the bits before and after the draft. */
export function kindOf(before: number, after: number): CellKind {
  if ((before & DIRECT) !== (after & DIRECT)) return after & DIRECT ? "added" : "removed";
  if (before === 0 && after !== 0) return "addedAbove";
  if (before !== 0 && after === 0) return "removedAbove";
  if (after & DIRECT) return after === DIRECT ? "direct" : "redundant";
  if (after & PATTERN) return "pattern";
  return after & INHERITED ? "inherited" : "empty";
}

/** A cell with its sources. */
export function cellOf(model: Model, role: MatrixRole, column: number, permission: MatrixPermission): Cell {
  const before = model.now.row(permission.id)[column] ?? 0;
  const after = model.after.row(permission.id)[column] ?? 0;
  const sourcesOf = (state: Model["now"], bits: number) => (bits & (INHERITED | PATTERN) ? state.sources(role, permission) : []);
  return { kind: kindOf(before, after), sources: sourcesOf(model.now, before), nextSources: sourcesOf(model.after, after) };
}

/** Whether a role has a permission itself once the draft is saved. */
export function isGranted(model: Model, column: number, permission: MatrixPermission): boolean {
  return ((model.after.row(permission.id)[column] ?? 0) & DIRECT) !== 0;
}

/** Built-in roles that hold every permission by rule: their grants are not editable. */
export function heldByRule(model: Model): ReadonlySet<string> {
  const all = model.roles.filter(({ isSystem }, column) => {
    return isSystem && model.permissions.every(({ id, name }) => isCreated({ id, name }) || ((model.now.row(id)[column] ?? 0) & DIRECT) !== 0);
  });
  return new Set(all.map(({ id }) => id));
}

interface LockRules {
  /** Whether the reader has a permission, by name. */
  readonly may: (permission: string) => boolean;
  readonly byRule: ReadonlySet<string>;
}

/** Why a cell cannot be changed; null when it can. */
export function lockOf(role: MatrixRole, permission: MatrixPermission, { may, byRule }: LockRules): Lock | null {
  if (!may("permission:grant")) return "grant";
  if (byRule.has(role.id)) return "rule";
  if (!role.canManage) return "role";
  return may(permission.name) || isCreated(permission) ? null : "permission";
}

/** The change that grants a permission to a role, or revokes it. */
export function changeOf(kind: "grant" | "revoke", { id, name }: MatrixRole, permission: MatrixPermission): Change {
  return { kind, role: { id, name }, permission: { id: permission.id, name: permission.name } };
}
