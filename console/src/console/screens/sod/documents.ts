import { graphql } from "../../api/graphql";

/** A constraint, and how many users get round it. */
export const ConstraintFragment = graphql(`
  fragment ConstraintParts on SodConstraint {
    id
    name
    description
    kind
    limit
    roles { id name }
    permissions { id name }
    bypassedByCount
    createdAt
  }
`);
/** What a change of a constraint does, and who would get round it. */
export const ConstraintChangeFragment = graphql(`
  fragment ConstraintChangeParts on SodConstraintPayload {
    impact { ...ImpactParts }
    bypassedByCount
    userErrors { ...ProblemParts }
  }
`);
export const ConstraintsQuery = graphql(`
  query Constraints {
    sodConstraints { ...ConstraintParts }
  }
`);
export const ConstraintQuery = graphql(`
  query Constraint($id: ID!) {
    sodConstraint(id: $id) { ...ConstraintParts }
  }
`);
export const ConstraintHistoryQuery = graphql(`
  query ConstraintHistory($id: ID!) {
    auditLog(first: 20, filter: { involvingId: $id }) { nodes { id at summary } }
  }
`);
export const CreateConstraintMutation = graphql(`
  mutation CreateConstraint($input: SodConstraintCreateInput!, $dryRun: Boolean!) {
    change: sodConstraintCreate(input: $input, dryRun: $dryRun) { ...ConstraintChangeParts }
  }
`);
export const UpdateConstraintMutation = graphql(`
  mutation UpdateConstraint($id: ID!, $input: SodConstraintUpdateInput!, $dryRun: Boolean!) {
    change: sodConstraintUpdate(id: $id, input: $input, dryRun: $dryRun) { ...ConstraintChangeParts }
  }
`);
export const AddConstraintRolesMutation = graphql(`
  mutation AddConstraintRoles($id: ID!, $roleIds: [ID!]!, $dryRun: Boolean!) {
    change: sodConstraintAddRoles(id: $id, roleIds: $roleIds, dryRun: $dryRun) { ...ConstraintChangeParts }
  }
`);
export const RemoveConstraintRolesMutation = graphql(`
  mutation RemoveConstraintRoles($id: ID!, $roleIds: [ID!]!) {
    change: sodConstraintRemoveRoles(id: $id, roleIds: $roleIds) { userErrors { ...ProblemParts } }
  }
`);
export const DeleteConstraintMutation = graphql(`
  mutation DeleteConstraint($id: ID!) {
    change: sodConstraintDelete(id: $id) { userErrors { ...ProblemParts } }
  }
`);
