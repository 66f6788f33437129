import { graphql } from "./graphql";

/** What a change does to users. */
export const ImpactFragment = graphql(`
  fragment ImpactParts on Impact {
    usersAffected
    sessionsAffected
    permissionsGained
    permissionsLost
    newAdministrators { id username }
    deltas { user { id username } gained lost gainedCount lostCount }
  }
`);

/** Why a change is refused. */
export const ProblemFragment = graphql(`
  fragment ProblemParts on UserError {
    __typename
    code
    message
    path
    ... on SodError { constraintName constraint { id } userId roles { id name } permissions { id name } }
    ... on AuthorityError { missing missingPatterns }
    ... on HierarchyError { cycle { id name } }
    ... on StaleError { currentVersion }
  }
`);

/** Position of a page. */
export const PageFragment = graphql(`
  fragment PageParts on PageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
`);
