import type { RoleLink } from "../components/hierarchy";

/** An object of the policy with its id. Objects that the draft creates have an id of their own that begins with `new:`. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

interface RoleGrant {
  readonly kind: "grant" | "revoke";
  readonly role: Named;
  readonly permission: Named;
}
interface Inheritance {
  readonly kind: "inherit" | "disinherit";
  readonly role: Named;
  readonly from: Named;
}
/** When an assignment or a direct grant ends (null: never), and why it is made. */
export interface Terms {
  readonly expiresAt: string | null;
  readonly reason: string | null;
  /** Whether it may end earlier than the one that stands, which is refused otherwise. */
  readonly replace?: boolean;
}
interface Assignment extends Terms {
  readonly kind: "assign";
  readonly user: Named;
  readonly role: Named;
}
interface Unassignment {
  readonly kind: "unassign";
  readonly user: Named;
  readonly role: Named;
}
interface DirectGrant extends Terms {
  readonly kind: "grantUser";
  readonly user: Named;
  readonly permission: Named;
}
interface DirectRevocation {
  readonly kind: "revokeUser";
  readonly user: Named;
  readonly permission: Named;
}
interface RoleCreation {
  readonly kind: "createRole";
  readonly role: Named;
  readonly description: string | null;
}
interface PermissionCreation {
  readonly kind: "createPermission";
  readonly permission: Named;
  readonly description: string | null;
}

/** One change of a draft. */
export type Change =
  | RoleGrant
  | Inheritance
  | Assignment
  | Unassignment
  | DirectGrant
  | DirectRevocation
  | RoleCreation
  | PermissionCreation;

export type ChangeKind = Change["kind"];

const OPPOSITES: Partial<Record<ChangeKind, ChangeKind>> = {
  grant: "revoke",
  revoke: "grant",
  inherit: "disinherit",
  disinherit: "inherit",
  assign: "unassign",
  unassign: "assign",
  grantUser: "revokeUser",
  revokeUser: "grantUser",
};

/** An object that the draft creates. */
export function created(name: string): Named {
  return { id: `new:${name}`, name };
}

export function isCreated({ id }: Named): boolean {
  return id.startsWith("new:");
}

/** The object that a change is listed under: its role, user or permission. */
export function objectOf(change: Change): Named {
  switch (change.kind) {
    case "grant":
    case "revoke":
    case "inherit":
    case "disinherit":
    case "createRole":
      return change.role;
    case "createPermission":
      return change.permission;
    default:
      return change.user;
  }
}

/** The other object that a change links its object with; null for a creation. */
export function linkOf(change: Change): Named | null {
  switch (change.kind) {
    case "grant":
    case "revoke":
    case "grantUser":
    case "revokeUser":
      return change.permission;
    case "inherit":
    case "disinherit":
      return change.from;
    case "assign":
    case "unassign":
      return change.role;
    default:
      return null;
  }
}

/** Whether a change adds something. */
export function isAddition({ kind }: Change): boolean {
  return kind !== "revoke" && kind !== "disinherit" && kind !== "unassign" && kind !== "revokeUser";
}

/** Adds a change to others: it replaces one of the same link, and cancels its opposite. */
export function withChange(changes: readonly Change[], change: Change): readonly Change[] {
  const others = changes.filter((other) => !isSame(other, change) && !isOpposite(other, change));
  const isCancelled = changes.some((other) => isOpposite(other, change));
  return isCancelled ? others : [...others, change];
}

/** Removes a change, and with a creation all changes that use what it would create. */
export function withoutChange(changes: readonly Change[], change: Change): readonly Change[] {
  const gone = linkOf(change) === null ? objectOf(change).id : null;
  return changes.filter((other) => {
    if (isSame(other, change)) return false;
    return gone === null || (objectOf(other).id !== gone && linkOf(other)?.id !== gone);
  });
}

/** What undoes the changes. Created objects stay: deleting them is a change of its own. */
export function inverseOf(changes: readonly Change[]): readonly Change[] {
  return changes.flatMap((change): Change[] => {
    const kind = OPPOSITES[change.kind];
    return kind ? [{ expiresAt: null, reason: null, ...change, kind } as Change] : [];
  });
}

/** A change whose created objects exist by now, with their ids. */
export function withIds(change: Change, ids: ReadonlyMap<string, string>): Change {
  const entries = Object.entries(change).map(([key, value]) => {
    const id = typeof value === "object" && value !== null ? ids.get((value as Named).id) : undefined;
    return [key, id ? { ...(value as Named), id } : value] as const;
  });
  return Object.fromEntries(entries) as unknown as Change;
}

/** Whether a draft has a change, whatever its terms. */
export function hasChange(changes: readonly Change[], change: Change): boolean {
  return changes.some((other) => isSame(other, change));
}

/** The links of the role hierarchy that a draft adds or removes. */
export function draftedLinks(changes: readonly Change[], kind: Inheritance["kind"]): readonly RoleLink[] {
  return changes.flatMap((change) => ("from" in change && change.kind === kind ? [{ senior: change.role.id, junior: change.from.id }] : []));
}

export function isSame(one: Change, other: Change): boolean {
  return one.kind === other.kind && links(one, other);
}

function isOpposite(one: Change, other: Change): boolean {
  return OPPOSITES[one.kind] === other.kind && links(one, other);
}

function links(one: Change, other: Change): boolean {
  return objectOf(one).id === objectOf(other).id && linkOf(one)?.id === linkOf(other)?.id;
}
