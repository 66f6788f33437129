import type { Named } from "../../draft/changes";

/** A role with those that it inherits from immediately. */
export interface RoleNode extends Named {
  readonly inheritsFrom: readonly Named[] | null;
}

/** An inherited role, with a shortest path from an assigned role to it, both included. */
export interface Inherited {
  readonly role: Named;
  readonly path: readonly Named[];
}

/** Roles that assigned roles inherit from, nearest first; those that are assigned too are left out. */
export function inheritedRoles(assigned: readonly Named[], roles: readonly RoleNode[]): readonly Inherited[] {
  const juniors = new Map(roles.map(({ id, inheritsFrom }) => [id, inheritsFrom ?? []]));
  const seen = new Set(assigned.map(({ id }) => id));
  const paths: (readonly [Named, ...Named[]])[] = assigned.map((role) => [role]);
  const found: Inherited[] = [];
  for (const path of paths) {
    const last = path.at(-1) ?? path[0];
    for (const { id, name } of juniors.get(last.id) ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      const longer: readonly [Named, ...Named[]] = [...path, { id, name }];
      paths.push(longer);
      found.push({ role: { id, name }, path: longer });
    }
  }
  return found;
}
