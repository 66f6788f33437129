import { graphql } from "../../api/graphql";

/** A path to a permission with its terms. */
export const PathFragment = graphql(`
  fragment WhyPath on GrantPath {
    kind
    pattern
    isActive
    validFrom
    expiresAt
    grantedAt
    grantedBy { id username }
    reason
    roles { id name }
    text
  }
`);
export const WhyUserQuery = graphql(`
  query WhyUser($user: ID!, $username: String!) {
    byId: user(id: $user) { id username }
    byName: userByUsername(username: $username) { id username }
  }
`);
export const WhyRoleQuery = graphql(`
  query WhyRole($role: ID!, $name: String!) {
    byId: role(id: $role) { id name }
    byName: roleByName(name: $name) { id name }
  }
`);
/** May this user do this? */
export const ExplainQuery = graphql(`
  query WhyExplain($user: ID!, $permission: PermissionName!) {
    explainAccess(userId: $user, permission: $permission) {
      decision { allowed reason policyRevision }
      summary
      paths(first: 20) { ...WhyPath }
      hasMorePaths
      cures {
        kind
        role { id name version authorizedUsers(first: 12) { nodes { id username permissionNames } } effectivePermissions { permission { id name isSystem action } } }
        permissionsAdded
        usersAffected
        viewerCanApply
        blockedBy { id name }
      }
    }
    user(id: $user) { id username roles { id name inheritsFromAll { id name } } }
    permissionByName(name: $permission) { id name action isSystem authorizedRoles { id name } }
  }
`);
/** Who may do this? */
export const HoldersQuery = graphql(`
  query WhyHolders(
    $permission: PermissionName!, $search: String!, $resource: String!, $via: ID
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    permissionByName(name: $permission) { id name description authorizedRoles { id name } }
    users(
      first: $first, after: $after, last: $last, before: $before
      filter: { permission: $permission, authorizedRoleId: $via, status: [ACTIVE] }
      orderBy: { field: USERNAME, direction: ASC }
    ) {
      totalCount
      pageInfo { ...PageParts }
      nodes {
        id
        username
        effectivePermissions(first: 1, filter: { search: $search, resource: $resource }) {
          nodes { permission { id name } hasMorePaths paths(first: 3) { ...WhyPath } }
        }
      }
    }
  }
`);
/** What may this user do? */
export const UserPermissionsQuery = graphql(`
  query WhyUserPermissions($user: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    user(id: $user) {
      id
      username
      effectivePermissions(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo { ...PageParts }
        nodes { permission { id name description } hasMorePaths paths(first: 3) { ...WhyPath } }
      }
    }
  }
`);
/** What does this role grant? */
export const RolePermissionsQuery = graphql(`
  query WhyRolePermissions($role: ID!) {
    role(id: $role) {
      id
      name
      version
      viewerCanManage
      effectivePermissions { permission { id name description } source { id name } pattern isInherited }
    }
  }
`);
/** Does this role grant this? */
export const RolePermissionQuery = graphql(`
  query WhyRolePermission($role: ID!, $permission: PermissionName!) {
    role(id: $role) {
      id
      name
      version
      viewerCanManage
      inheritsFromAll { id name }
      effectivePermissions { permission { id name } source { id name } pattern isInherited }
    }
    permissionByName(name: $permission) { id name authorizedRoles { id name } }
  }
`);
