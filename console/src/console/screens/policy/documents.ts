import { graphql } from "../../api/graphql";

export const PlanFragment = graphql(`
  fragment PolicyPlanParts on PolicyPlan {
    hash
    baseRevision
    isEmpty
    isApplicable
    changes { action objectType key summary }
    impact { ...ImpactParts }
    blockers { ...ProblemParts }
    diff
  }
`);
export const ExportQuery = graphql(`
  query PolicyExport($format: PolicyFormat!, $includeAssignments: Boolean!) {
    policyExport(format: $format, includeAssignments: $includeAssignments) { content format revision }
  }
`);
export const PlanQuery = graphql(`
  query PolicyDocumentPlan($document: PolicyDocumentInput!) { policyPlan(document: $document) { ...PolicyPlanParts } }
`);
export const ApplyMutation = graphql(`
  mutation PolicyDocumentApply($document: PolicyDocumentInput!, $hash: String!, $reason: String) {
    policyApply(document: $document, expectedPlanHash: $hash, reason: $reason) { revision userErrors { ...ProblemParts } }
  }
`);
export const RevisionsQuery = graphql(`
  query PolicyRevisions($first: Int, $after: String, $last: Int, $before: String) {
    policyRevisions(first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { ...PageParts }
      nodes { id number at by { id username } summary }
    }
  }
`);
export const RollbackPlanQuery = graphql(`
  query PolicyRollbackPlan($id: ID!) {
    policyRollbackPlan(revisionId: $id) { ...PolicyPlanParts }
    node(id: $id) { ... on PolicyRevision { number } }
  }
`);
export const RollbackMutation = graphql(`
  mutation PolicyRollback($id: ID!, $hash: String!, $reason: String) {
    policyRollback(revisionId: $id, expectedPlanHash: $hash, reason: $reason) { revision userErrors { ...ProblemParts } }
  }
`);
