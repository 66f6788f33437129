import { graphql } from "../../api/graphql";

/** A session as a row of a table. */
export const SessionRowFragment = graphql(`
  fragment SessionRowParts on Session {
    id
    isCurrent
    device
    userAgent
    ipAddress
    createdAt
    lastSeenAt
    expiresAt
    activeRoles { id name }
    user { id username }
  }
`);
export const SessionsQuery = graphql(`
  query SessionsPage($first: Int, $after: String, $last: Int, $before: String, $filter: SessionFilter!) {
    sessions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { ...SessionRowParts }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`);
export const SessionsUserQuery = graphql(`
  query SessionsUser($id: ID!) { user(id: $id) { id username } }
`);
export const SessionEndMutation = graphql(`
  mutation SessionEnd($id: ID!) { change: sessionRevoke(id: $id) { userErrors { ...ProblemParts } } }
`);
export const SessionsEndAllMutation = graphql(`
  mutation SessionsEndAll($id: ID!) { change: userRevokeSessions(id: $id) { userErrors { ...ProblemParts } } }
`);
export const SessionsEndOthersMutation = graphql(`
  mutation SessionsEndOthers { change: sessionRevokeOthers { userErrors { ...ProblemParts } } }
`);
