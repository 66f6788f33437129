import type { WhyPathFragment } from "../../gql/graphql";

export interface Step {
  readonly key: string;
  readonly label: string;
  readonly isMissing?: boolean;
}

/** The chips of a path that stands. The step that keeps it from being active is marked as missing. */
export function stepsOf(subject: string, { roles, pattern, isActive }: WhyPathFragment, permission: string): readonly Step[] {
  const steps: Step[] = [
    { key: "subject", label: subject },
    ...roles.map(({ id, name }) => ({ key: id, label: name })),
    ...(pattern === null ? [] : [{ key: "pattern", label: pattern }]),
    { key: "permission", label: permission },
  ];
  // What has ended or is yet to begin is the assignment or the direct grant: the first link.
  return steps.map((step, index) => (index === 1 && !isActive ? { ...step, isMissing: true } : step));
}

interface Assigned {
  readonly id: string;
  readonly name: string;
  readonly inheritsFromAll: readonly { readonly id: string; readonly name: string }[] | null;
}

/** Juniors shown of one role. */
const JUNIORS = 4;

/** How far the roles of a user lead, with the permission as what is missing: one path for each of the first roles. */
export function brokenPaths(subject: string, roles: readonly Assigned[], permission: string, first: number): readonly (readonly Step[])[] {
  const missing = { key: "permission", label: permission, isMissing: true };
  if (roles.length === 0) return [[{ key: "subject", label: subject }, missing]];
  return roles.slice(0, first).map(({ id, name, inheritsFromAll }) => [
    { key: "subject", label: subject },
    { key: id, label: name },
    ...(inheritsFromAll ?? []).slice(0, JUNIORS).map((junior) => ({ key: junior.id, label: junior.name })),
    missing,
  ]);
}
