import { graphql } from "../../api/graphql";

export const PermissionsQuery = graphql(`
  query Permissions($first: Int, $after: String, $last: Int, $before: String, $filter: PermissionFilter) {
    permissions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { id name resource description isSystem grantedRoles { id name } }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`);
export const PermissionQuery = graphql(`
  query Permission($id: ID!) {
    permission(id: $id) {
      id
      name
      description
      isSystem
      grantedRoles { id name version }
      authorizedRoles { id name }
    }
  }
`);
export const PermissionUsersQuery = graphql(`
  query PermissionUsers($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    permission(id: $id) {
      id
      authorizedUsers(first: $first, after: $after, last: $last, before: $before) {
        nodes { id username displayName status }
        pageInfo { ...PageParts }
        totalCount
      }
      directUsers(first: 20) { nodes { id username } totalCount }
    }
  }
`);
export const PermissionHistoryQuery = graphql(`
  query PermissionHistory($id: ID!) {
    auditLog(first: 50, filter: { involvingId: $id }) { nodes { id at summary } }
  }
`);
export const DescribePermissionMutation = graphql(`
  mutation DescribePermission($id: ID!, $input: PermissionUpdateInput!) {
    change: permissionUpdate(id: $id, input: $input) { userErrors { ...ProblemParts } }
  }
`);
export const DeletePermissionMutation = graphql(`
  mutation DeletePermission($id: ID!, $dryRun: Boolean!) {
    change: permissionDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
