import type { OverviewProgressQuery } from "../../gql/graphql";

/** Which steps of a set-up are done. */
export interface Progress {
  readonly permissions: boolean;
  readonly roles: boolean;
  readonly people: boolean;
  readonly app: boolean;
}

/**
 * How far the set-up is; null for a reader who may not see it. The first user is the administrator, and a new
 * installation has the default role.
 */
export function progressOf({ permissions, roles, users, sessions }: OverviewProgressQuery): Progress | null {
  if (!permissions || !roles || !users) return null;
  return {
    permissions: permissions.totalCount > 0,
    roles: roles.nodes.some(({ isDefault }) => !isDefault),
    people: users.totalCount > 1,
    app: (sessions?.nodes ?? []).some(({ isCurrent }) => !isCurrent),
  };
}

/** Whether an installation is so empty that the first steps are what its reader needs. */
export function isNearlyEmpty({ permissions, roles, people }: Progress): boolean {
  return !permissions || !roles || !people;
}
