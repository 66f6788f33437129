import type { RoleLink } from "../../components/hierarchy";
import { type Change, draftedLinks, type Named } from "../../draft/changes";

/** A role of the matrix. */
export interface MatrixRole extends Named {
  /** Null for a role that the draft creates. */
  readonly version: number | null;
  readonly isSystem: boolean;
  /** Whether the reader's authority covers changes of the role. */
  readonly canManage: boolean;
  /** Null when the reader may not know. */
  readonly members: number | null;
  /** Patterns granted to the role itself, such as `invoice:*`. */
  readonly patterns: readonly string[];
}

/** A permission of the matrix. */
export interface MatrixPermission extends Named {
  readonly resource: string;
}

/** A grant, by ids. */
export interface Grant {
  readonly role: string;
  readonly permission: string;
}

/** Roles, permissions and what links them, as saved. */
export interface Policy {
  readonly roles: readonly MatrixRole[];
  readonly permissions: readonly MatrixPermission[];
  readonly links: readonly RoleLink[];
  readonly grants: readonly Grant[];
}

/** A policy with the roles and permissions that a draft creates. */
export function withCreated(policy: Policy, changes: readonly Change[]): Policy {
  const roles = changes.flatMap((change): MatrixRole[] =>
    change.kind === "createRole" ? [{ ...change.role, version: null, isSystem: false, canManage: true, members: 0, patterns: [] }] : [],
  );
  const permissions = changes.flatMap((change): MatrixPermission[] =>
    change.kind === "createPermission" ? [{ ...change.permission, resource: resourceOf(change.permission.name) }] : [],
  );
  if (roles.length + permissions.length === 0) return policy;
  const all = [...policy.permissions, ...permissions];
  return { ...policy, roles: [...policy.roles, ...roles], permissions: all.sort((a, b) => compare(a.resource, b.resource) || compare(a.name, b.name)) };
}

/** Links and grants as they will be once a draft is saved. */
export function afterChanges({ links, grants }: Policy, changes: readonly Change[]): Pick<Policy, "links" | "grants"> {
  const changed = <Item,>(items: readonly Item[], added: readonly Item[], removed: readonly Item[], key: (item: Item) => string) => {
    const gone = new Set(removed.map(key));
    return [...new Map([...items, ...added].map((item) => [key(item), item])).values()].filter((item) => !gone.has(key(item)));
  };
  const grantsOf = (kind: string) =>
    changes.flatMap((change) => ((change.kind === "grant" || change.kind === "revoke") && change.kind === kind ? [{ role: change.role.id, permission: change.permission.id }] : []));
  return {
    links: changed(links, draftedLinks(changes, "inherit"), draftedLinks(changes, "disinherit"), ({ senior, junior }) => `${senior} ${junior}`),
    grants: changed(grants, grantsOf("grant"), grantsOf("revoke"), ({ role, permission }) => `${role} ${permission}`),
  };
}

/** Whether a pattern matches a permission: the same separator, and each part equal or `*`. */
export function matches(pattern: string, permission: string): boolean {
  const own = parts(pattern);
  const other = parts(permission);
  if (!own || !other || own.separator !== other.separator) return false;
  return (own.resource === "*" || own.resource === other.resource) && (own.action === "*" || own.action === other.action);
}

function resourceOf(name: string): string {
  return parts(name)?.resource ?? name;
}

/** Splits at the last `:`, else at the last `.`. */
function parts(text: string) {
  const separator = [":", "."].find((separator) => text.includes(separator));
  if (!separator) return null;
  const at = text.lastIndexOf(separator);
  return { separator, resource: text.slice(0, at), action: text.slice(at + 1) };
}

/** Compares names as the service sorts them, without regard to case. */
export function compare(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
