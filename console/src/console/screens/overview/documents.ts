import { graphql } from "../../api/graphql";

export const CountsQuery = graphql(`
  query OverviewCounts {
    users(first: 0) { totalCount }
    roles(first: 0) { totalCount }
    permissions(first: 0) { totalCount }
    sessions(first: 0) { totalCount }
  }
`);
export const LastDenialsQuery = graphql(`
  query OverviewDenials($first: Int!) {
    auditLog(first: $first, filter: { outcome: [DENIED] }) { nodes { id at summary } }
  }
`);
export const ExpiringQuery = graphql(`
  query OverviewExpiring($first: Int!, $before: DateTime!) {
    accessReport(first: $first, filter: { expiringBefore: $before }) {
      totalCount
      nodes { user { id username } role { id name } permission { id name } expiresAt }
    }
  }
`);
export const DirectQuery = graphql(`
  query OverviewDirect($first: Int!) {
    users(first: $first, filter: { hasDirectPermissions: true }) {
      totalCount
      nodes { id username directPermissions { id name } }
    }
  }
`);
export const UnusedQuery = graphql(`
  query OverviewUnused($first: Int!, $days: Int!) {
    roles(first: $first, filter: { unusedForDays: $days, isSystem: false }) {
      totalCount
      nodes { id name authorizedUsers(first: 0) { totalCount } }
    }
  }
`);
/** How far an installation is set up. */
export const ProgressQuery = graphql(`
  query OverviewProgress {
    permissions(first: 0, filter: { isSystem: false }) { totalCount }
    roles(first: 5, filter: { isSystem: false }) { nodes { id isDefault } }
    users(first: 0) { totalCount }
    sessions(first: 2) { nodes { id isCurrent } }
  }
`);
export const DemoQuery = graphql(`
  query OverviewDemo { demo { isLoaded canLoad } }
`);
export const LoadDemoMutation = graphql(`
  mutation LoadDemo { change: demoLoad { users roles userErrors { ...ProblemParts } } }
`);
export const RemoveDemoMutation = graphql(`
  mutation RemoveDemo { change: demoRemove { users roles userErrors { ...ProblemParts } } }
`);
