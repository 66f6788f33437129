import { pageArguments } from "../../components/Pager";
import { ExplainQuery, HoldersQuery, RolePermissionQuery, RolePermissionsQuery, UserPermissionsQuery } from "./documents";
import type { WhySearch } from "./search";

/** Whom a question is about. */
export interface Subject {
  readonly kind: "user" | "role";
  readonly id: string;
  readonly name: string;
}

export type Question = ReturnType<typeof questionOf>;

/** The operation that answers a question, by what the question names. */
export function questionOf(subject: Subject | null, via: string | null, search: WhySearch) {
  const { permission } = search;
  if (subject?.kind === "user") {
    return permission === undefined
      ? { kind: "userPermissions" as const, document: UserPermissionsQuery, variables: { user: subject.id, ...pageArguments(search) } }
      : { kind: "explain" as const, document: ExplainQuery, variables: { user: subject.id, permission } };
  }
  if (subject?.kind === "role") {
    return permission === undefined
      ? { kind: "rolePermissions" as const, document: RolePermissionsQuery, variables: { role: subject.id } }
      : { kind: "rolePermission" as const, document: RolePermissionQuery, variables: { role: subject.id, permission } };
  }
  if (permission === undefined) return null;
  return { kind: "holders" as const, document: HoldersQuery, variables: holdersVariables(permission, via, pageArguments(search)) };
}

export function holdersVariables<Page>(permission: string, via: string | null, page: Page) {
  return { permission, search: permission, resource: resourceOf(permission), via, ...page };
}

/** The resource of a permission: what precedes the last `:`, else the last `.`, else the whole name. */
export function resourceOf(permission: string): string {
  const colon = permission.lastIndexOf(":");
  const separator = colon === -1 ? permission.lastIndexOf(".") : colon;
  return separator === -1 ? permission : permission.slice(0, separator);
}
