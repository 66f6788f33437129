import type { Change, Named, Terms } from "../../draft/changes";
import type { WhyExplainQuery } from "../../gql/graphql";

export type Explanation = NonNullable<WhyExplainQuery["explainAccess"]>;
export type Cure = NonNullable<Explanation["cures"]>[number];

interface Target {
  readonly name: string;
  readonly isSystem: boolean;
  readonly action: string;
}

/** Actions that change nothing: a system permission for any other makes an administrator. */
const HARMLESS = new Set(["read", "check", "explain"]);

function administers({ isSystem, action }: Target): boolean {
  return isSystem && !HARMLESS.has(action);
}

/** Whether a cure leads to a permission that changes this service. */
export function makesAdministrator(cure: Cure, permission: Target): boolean {
  if (cure.kind !== "ASSIGN_ROLE") return administers(permission);
  return (cure.role?.effectivePermissions ?? []).some(({ permission: held }) => administers(held));
}

/** A cure as a change of the draft; null when the draft cannot hold it. */
export function changeOf(cure: Cure, user: Named, permission: Named, terms: Terms): Change | null {
  if (cure.kind === "GRANT_DIRECTLY") return { kind: "grantUser", user, permission, ...terms };
  if (!cure.role) return null;
  const role = { id: cure.role.id, name: cure.role.name };
  if (cure.kind === "ASSIGN_ROLE") return { kind: "assign", user, role, ...terms };
  return cure.kind === "GRANT_TO_ROLE" ? { kind: "grant", role, permission } : null;
}

export function keyOf({ kind, role }: Cure): string {
  return `${kind} ${role?.id ?? ""}`;
}
