import{f as e,i as t}from"./context-Bfg4-pPW.js";var n={title:`Permissions`,search:`Filter by name`,empty:`No permission matches.`,builtIn:`built in`,name:`Permission`,description:`Description`,roles:`Roles`,rolesCount:e=>t(e,`role`,`roles`),add:`Name permissions`,addHint:`One permission on each line, as resource:action, with a description after a comma or a tab if you like.`,lines:`Permissions`,example:`invoice:read, Read invoices
invoice:approve`,addToDraft:e=>`Add ${t(e,`permission`,`permissions`)} to draft`,nothingValid:`Write at least one permission as resource:action.`,cannotWrite:`You lack permission:write.`,file:`Choose a CSV file`,problems:{invalid:`has characters that a permission cannot have`,duplicate:`stands here twice`,tooLong:`is longer than 255 characters`},unconventional:e=>`No resource:action, so that no pattern and no filter by resource finds them: ${e}.`,problem:(e,t,n)=>`Line ${e}: “${t}” ${n}.`,who:`Who can do this?`,why:`Why?`,tabs:{users:`Users`,roles:`Roles`,history:`History`},direct:`Direct grants`,noDirect:`Nobody has it by a direct grant.`,noUsers:`Nobody has this permission.`,noRoles:`No role has this permission.`,granted:`granted`,inherited:`inherited or by a pattern`,grantTo:`Grant to a role`,revoke:`Revoke`,drafted:`in the draft`,cannotGrant:`You lack permission:grant.`,delete:`Delete`,deleteTitle:e=>`Delete ${e}`,deleteLine:`the permission and its grants`,immutable:`A built-in permission cannot be deleted.`,describe:`Describe`,describeTitle:e=>`Describe ${e}`,noDescription:`no description`,save:`Review`},r=e(`
  query Permissions($first: Int, $after: String, $last: Int, $before: String, $filter: PermissionFilter) {
    permissions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { id name resource description isSystem grantedRoles { id name } }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`),i=e(`
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
`),a=e(`
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
`),o=e(`
  query PermissionHistory($id: ID!) {
    auditLog(first: 50, filter: { involvingId: $id }) { nodes { id at summary } }
  }
`),s=e(`
  mutation DescribePermission($id: ID!, $input: PermissionUpdateInput!) {
    change: permissionUpdate(id: $id, input: $input) { userErrors { ...ProblemParts } }
  }
`),c=e(`
  mutation DeletePermission($id: ID!, $dryRun: Boolean!) {
    change: permissionDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);export{a,i,s as n,r as o,o as r,n as s,c as t};