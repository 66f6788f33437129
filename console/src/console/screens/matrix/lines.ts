import type { Model } from "./model";
import type { MatrixPermission, MatrixRole } from "./policy";

/** A column that is shown: a role, with its position in the model. */
export interface Column {
  readonly role: MatrixRole;
  readonly at: number;
}

/** A line that is shown: the heading of a resource, or a permission. */
export type Line =
  | { readonly kind: "group"; readonly resource: string; readonly size: number; readonly isOpen: boolean }
  | { readonly kind: "permission"; readonly permission: MatrixPermission };

export interface Filter {
  readonly roles?: string | undefined;
  readonly permissions?: string | undefined;
  /** Whether only rows are shown in which the columns differ, now or once the draft is saved. */
  readonly differ: boolean;
  /** Ids of two roles to compare. */
  readonly compared: readonly string[] | null;
}

/** The columns that a filter leaves. */
export function columnsOf({ roles }: Model, { roles: text, compared }: Filter): readonly Column[] {
  const all = roles.map((role, at) => ({ role, at }));
  if (compared) return compared.flatMap((id) => all.filter(({ role }) => role.id === id));
  return text ? all.filter(({ role }) => contains(role.name, text)) : all;
}

/** The permissions that a filter leaves. */
export function permissionsOf(model: Model, columns: readonly Column[], { permissions: text, differ, compared }: Filter): readonly MatrixPermission[] {
  const named = text ? model.permissions.filter(({ name }) => contains(name, text)) : model.permissions;
  if (!differ && !compared) return named;
  return named.filter(({ id }) => isMixed(model.now.row(id), columns) || isMixed(model.after.row(id), columns));
}

/** The permissions under the headings of their resources, without those of closed headings. */
export function linesOf(permissions: readonly MatrixPermission[], closed: ReadonlySet<string>): readonly Line[] {
  const groups = new Map<string, MatrixPermission[]>();
  for (const permission of permissions) {
    const group = groups.get(permission.resource);
    if (group) group.push(permission);
    else groups.set(permission.resource, [permission]);
  }
  return [...groups].flatMap(([resource, members]): Line[] => {
    const isOpen = !closed.has(resource);
    const heading: Line = { kind: "group", resource, size: members.length, isOpen };
    return isOpen ? [heading, ...members.map((permission): Line => ({ kind: "permission", permission }))] : [heading];
  });
}

function isMixed(row: Uint8Array, columns: readonly Column[]): boolean {
  const holds = ({ at }: Column) => (row[at] ?? 0) !== 0;
  const [first] = columns;
  return first !== undefined && columns.some((column) => holds(column) !== holds(first));
}

function contains(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.trim().toLowerCase());
}
