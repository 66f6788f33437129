import { graphql } from "../../api/graphql";

export const RolesQuery = graphql(`
  query Roles($first: Int, $after: String, $last: Int, $before: String, $filter: RoleFilter) {
    roles(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes {
        id
        name
        description
        isSystem
        isDefault
        requiresActivation
        permissions { id }
        effectivePermissions { permission { id } isInherited }
        assignedUsers(first: 1) { totalCount }
      }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`);
export const RoleQuery = graphql(`
  query Role($id: ID!) {
    role(id: $id) {
      id
      name
      description
      isSystem
      isDefault
      requiresActivation
      version
      viewerCanManage
      viewerCanAssign
    }
  }
`);
export const RolePermissionsQuery = graphql(`
  query RolePermissions($id: ID!) {
    role(id: $id) {
      id
      effectivePermissions { permission { id name description } source { id name } pattern isInherited }
      permissionPatterns { pattern permissionCount }
    }
  }
`);
export const RoleLinksQuery = graphql(`
  query RoleLinks($id: ID!) {
    role(id: $id) {
      id
      inheritsFrom { id name }
      inheritsFromAll { id name }
      inheritedBy { id name }
      inheritedByAll { id name }
    }
  }
`);
export const RoleMembersQuery = graphql(`
  query RoleMembers($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $all: Boolean!) {
    role(id: $id) {
      id
      assignedUsers(first: $first, after: $after, last: $last, before: $before) @skip(if: $all) {
        nodes { id username displayName }
        pageInfo { ...PageParts }
        totalCount
      }
      authorizedUsers(first: $first, after: $after, last: $last, before: $before) @include(if: $all) {
        nodes { id username displayName roles { id name } }
        pageInfo { ...PageParts }
        totalCount
      }
    }
  }
`);
export const RoleConstraintsQuery = graphql(`
  query RoleConstraints($id: ID!) { role(id: $id) { id sodConstraints { id name kind limit roles { id name } } } }
`);
export const RoleHistoryQuery = graphql(`
  query RoleHistory($id: ID!) { role(id: $id) { id auditTrail(first: 50) { nodes { id at summary } } } }
`);
export const HierarchyQuery = graphql(`
  query Hierarchy { roleHierarchy { roles { id name version viewerCanManage } links { role { id } inheritsFrom { id } } } }
`);
export const CopyRoleMutation = graphql(`
  mutation CopyRole($input: RoleCreateInput!) {
    change: roleCreate(input: $input) { role { id } impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const UpdateRoleMutation = graphql(`
  mutation UpdateRole($id: ID!, $input: RoleUpdateInput!, $version: Int!) {
    change: roleUpdate(id: $id, input: $input, expectedVersion: $version) { userErrors { ...ProblemParts } }
  }
`);
export const DeleteRoleMutation = graphql(`
  mutation DeleteRole($id: ID!, $dryRun: Boolean!) {
    change: roleDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const GrantPatternMutation = graphql(`
  mutation GrantPattern($id: ID!, $patterns: [String!]!, $dryRun: Boolean!) {
    change: roleGrantPatterns(roleId: $id, patterns: $patterns, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const RevokePatternMutation = graphql(`
  mutation RevokePattern($id: ID!, $patterns: [String!]!, $dryRun: Boolean!) {
    change: roleRevokePatterns(roleId: $id, patterns: $patterns, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
