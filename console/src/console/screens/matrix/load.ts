import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type Answer, request } from "../../api/request";
import type { MatrixQuery as MatrixResult, MatrixRolesQuery as RolesResult } from "../../gql/graphql";
import { MatrixQuery, MatrixRolesQuery } from "./documents";
import type { Grant, MatrixPermission, Policy } from "./policy";

type Hierarchy = NonNullable<RolesResult["roleHierarchy"]>;
type Part = NonNullable<MatrixResult["permissionMatrix"]>;

interface Loaded {
  /** Null when the reader may not see it. */
  readonly policy: Policy | null;
}

/** Reads the whole matrix, and again when the policy changes. */
export function usePolicy(): UseQueryResult<Answer<Loaded>> {
  return useQuery({ queryKey: ["matrix"], queryFn: readPolicy });
}

async function readPolicy(): Promise<Answer<Loaded>> {
  const [roles, parts] = await Promise.all([request(MatrixRolesQuery, {}), readParts()]);
  const hierarchy = roles.data.roleHierarchy;
  const refused = [...roles.errors, ...parts.errors].filter(({ path }) => (path ?? []).length === 1);
  if (!hierarchy || refused.length > 0) return { data: { policy: null }, errors: refused, revision: roles.revision };
  return { data: { policy: { ...columnsOf(hierarchy), ...parts.data } }, errors: [], revision: roles.revision };
}

function columnsOf({ roles, links }: Hierarchy): Pick<Policy, "roles" | "links"> {
  return {
    roles: roles.map(({ id, name, version, isSystem, viewerCanManage, permissionPatterns, assignedUsers }) => ({
      id,
      name,
      version,
      isSystem,
      canManage: viewerCanManage,
      members: assignedUsers?.totalCount ?? null,
      patterns: (permissionPatterns ?? []).map(({ pattern }) => pattern),
    })),
    links: links.map(({ role, inheritsFrom }) => ({ senior: role.id, junior: inheritsFrom.id })),
  };
}

/** Reads the rows and the grants, part by part. */
async function readParts(): Promise<Answer<Pick<Policy, "permissions" | "grants">>> {
  const permissions = new Map<string, MatrixPermission>();
  const grants: Grant[] = [];
  let variables: { afterRole: string | null; afterPermission: string | null } | null = { afterRole: null, afterPermission: null };
  while (variables) {
    const answer: Answer<MatrixResult> = await request(MatrixQuery, variables);
    const part = answer.data.permissionMatrix;
    if (!part) return { data: { permissions: [], grants: [] }, errors: answer.errors, revision: answer.revision };
    for (const permission of part.permissions) permissions.set(permission.id, permission);
    for (const { roleId, permissionId, isDirect } of part.cells) if (isDirect) grants.push({ role: roleId, permission: permissionId });
    variables = next(variables, part);
  }
  return { data: { permissions: [...permissions.values()], grants }, errors: [], revision: null };
}

/** Position of the part after another: all permissions of some roles, then those of the next roles. */
function next({ afterRole }: { afterRole: string | null }, { rolePageInfo, permissionPageInfo }: Part) {
  if (permissionPageInfo.hasNextPage) return { afterRole, afterPermission: permissionPageInfo.endCursor };
  return rolePageInfo.hasNextPage ? { afterRole: rolePageInfo.endCursor, afterPermission: null } : null;
}
