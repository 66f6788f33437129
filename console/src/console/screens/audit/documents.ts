import { graphql } from "../../api/graphql";

export const EventFragment = graphql(`
  fragment AuditRow on AuditEvent {
    id
    at
    action
    outcome
    actor { id username }
    actorLabel
    targetType
    targetId
    targetLabel
    summary
    requestId
  }
`);
export const LogQuery = graphql(`
  query AuditLog($first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
    auditLog(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      totalCount
      pageInfo { ...PageParts }
      nodes { ...AuditRow }
    }
  }
`);
export const ActionsQuery = graphql(`
  query AuditActions { auditActions }
`);
export const EventQuery = graphql(`
  query AuditEvent($id: ID!) {
    node(id: $id) {
      __typename
      ... on AuditEvent {
        ...AuditRow
        before
        after
        reason
        ipAddress
        userAgent
        impact { ...ImpactParts }
      }
    }
  }
`);
/** Names of the objects that the filters are about. */
export const NamesQuery = graphql(`
  query AuditNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on User { username }
      ... on Role { name }
      ... on Permission { permissionName: name }
      ... on SodConstraint { name }
    }
  }
`);
export const DenialsQuery = graphql(`
  query AuditDenials($since: DateTime!, $first: Int!, $after: String) {
    auditLog(first: $first, after: $after, filter: { outcome: [DENIED], since: $since }) {
      totalCount
      pageInfo { ...PageParts }
      nodes { at }
    }
  }
`);
