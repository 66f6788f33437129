import{f as e}from"./context-Bfg4-pPW.js";var t=e(`
  query UsersPage($first: Int, $after: String, $last: Int, $before: String, $filter: UserFilter!) {
    users(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: { field: USERNAME, direction: ASC }) {
      nodes { id username displayName email status lastLoginAt roles { id name } }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`),n=e(`
  query UsersRole($id: ID!) { role(id: $id) { id name viewerCanAssign } }
`),r=e(`
  mutation UsersCreate($input: UserCreateInput!) {
    change: userCreate(input: $input) { user { id username } impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),i=e(`
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
`),a=e(`
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
`),o=e(`
  query UserRare($id: ID!) {
    accessReport(first: 100, filter: { userId: $id, rareAmongPeers: true }) { nodes { role { id } permission { id } } }
  }
`),s=e(`
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
`),c=e(`
  query UserHierarchy($id: ID!) {
    user(id: $id) { id authorizedRoles { id name inheritsFrom { id name } } }
  }
`),l=e(`
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
`),u=e(`
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
`),d=e(`
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
`),f=e(`
  mutation UserInvite($id: ID!) { change: userIssuePasswordReset(id: $id) { token expiresAt userErrors { ...ProblemParts } } }
`),p=e(`
  mutation UserSuspend($id: ID!, $reason: String, $dryRun: Boolean!) {
    change: userSuspend(id: $id, reason: $reason, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),m=e(`
  mutation UserReactivate($id: ID!) { change: userReactivate(id: $id) { impact { ...ImpactParts } userErrors { ...ProblemParts } } }
`),h=e(`
  mutation UserDelete($id: ID!, $dryRun: Boolean!) {
    change: userDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),g=e(`
  mutation UserEdit($id: ID!, $input: UserUpdateInput!, $version: Int!) {
    change: userUpdate(id: $id, input: $input, expectedVersion: $version) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);export{c as a,i as c,s as d,u as f,n as g,t as h,l as i,o as l,r as m,h as n,d as o,p,g as r,f as s,a as t,m as u};