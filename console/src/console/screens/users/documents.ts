import { graphql } from "../../api/graphql";

export const UsersQuery = graphql(`
  query UsersPage($first: Int, $after: String, $last: Int, $before: String, $filter: UserFilter!) {
    users(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: { field: USERNAME, direction: ASC }) {
      nodes { id username displayName email status lastLoginAt roles { id name } }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`);
export const UsersRoleQuery = graphql(`
  query UsersRole($id: ID!) { role(id: $id) { id name viewerCanAssign } }
`);
export const UsersCreateMutation = graphql(`
  mutation UsersCreate($input: UserCreateInput!) {
    change: userCreate(input: $input) { user { id username } impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const UserQuery = graphql(`
  query UserHead($id: ID!) {
    user(id: $id) {
      id
      username
      email
      displayName
      status
      version
      createdAt
      lastLoginAt
      viewerCanManage
      sessions(first: 0) { totalCount }
    }
  }
`);
export const UserAccessQuery = graphql(`
  query UserAccess($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $search: String) {
    user(id: $id) {
      id
      effectivePermissions(first: $first, after: $after, last: $last, before: $before, filter: { search: $search }) {
        nodes {
          permission { id name description isSystem }
          paths(first: 10) { kind pattern isActive expiresAt text roles { id name } }
          hasMorePaths
        }
        pageInfo { ...PageParts }
        totalCount
      }
    }
  }
`);
export const UserRareQuery = graphql(`
  query UserRare($id: ID!) {
    accessReport(first: 100, filter: { userId: $id, rareAmongPeers: true }) { nodes { role { id } permission { id } } }
  }
`);
export const UserRolesQuery = graphql(`
  query UserRoles($id: ID!) {
    user(id: $id) {
      id
      roleAssignments {
        id
        role { id name description viewerCanAssign }
        assignedAt
        assignedBy { id username }
        assignedByLabel
        validFrom
        expiresAt
        reason
      }
      authorizedRoles { id name description }
    }
  }
`);
export const UserHierarchyQuery = graphql(`
  query UserHierarchy($id: ID!) {
    user(id: $id) { id authorizedRoles { id name inheritsFrom { id name } } }
  }
`);
export const UserGrantsQuery = graphql(`
  query UserGrants($id: ID!) {
    user(id: $id) {
      id
      effectivePermissions(first: 100, filter: { directOnly: true }) {
        nodes {
          permission { id name description }
          paths(first: 100) { kind expiresAt grantedAt reason grantedBy { id username } }
        }
      }
    }
  }
`);
export const UserSessionsQuery = graphql(`
  query UserSessions($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    user(id: $id) {
      id
      sessions(first: $first, after: $after, last: $last, before: $before) {
        nodes { ...SessionRowParts }
        pageInfo { ...PageParts }
        totalCount
      }
    }
  }
`);
export const UserHistoryQuery = graphql(`
  query UserHistory($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    user(id: $id) {
      id
      auditTrail(first: $first, after: $after, last: $last, before: $before) {
        nodes { id at summary outcome reason }
        pageInfo { ...PageParts }
        totalCount
      }
    }
  }
`);
export const UserInviteMutation = graphql(`
  mutation UserInvite($id: ID!) { change: userIssuePasswordReset(id: $id) { token expiresAt userErrors { ...ProblemParts } } }
`);
export const UserSuspendMutation = graphql(`
  mutation UserSuspend($id: ID!, $reason: String, $dryRun: Boolean!) {
    change: userSuspend(id: $id, reason: $reason, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const UserReactivateMutation = graphql(`
  mutation UserReactivate($id: ID!) { change: userReactivate(id: $id) { impact { ...ImpactParts } userErrors { ...ProblemParts } } }
`);
export const UserDeleteMutation = graphql(`
  mutation UserDelete($id: ID!, $dryRun: Boolean!) {
    change: userDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const UserEditMutation = graphql(`
  mutation UserEdit($id: ID!, $input: UserUpdateInput!, $version: Int!) {
    change: userUpdate(id: $id, input: $input, expectedVersion: $version) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
