import { graphql } from "../../api/graphql";

export const ConstraintsQuery = graphql(`
  query Constraints {
    sodConstraints {
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
  }
`);
export const ConstraintQuery = graphql(`
  query Constraint($id: ID!) {
    sodConstraint(id: $id) {
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
  }
`);
export const ConstraintHistoryQuery = graphql(`
  query ConstraintHistory($id: ID!) {
    auditLog(first: 20, filter: { involvingId: $id }) { nodes { id at summary } }
  }
`);
export const CreateConstraintMutation = graphql(`
  mutation CreateConstraint($input: SodConstraintCreateInput!, $dryRun: Boolean!) {
    change: sodConstraintCreate(input: $input, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
  }
`);
export const UpdateConstraintMutation = graphql(`
  mutation UpdateConstraint($id: ID!, $input: SodConstraintUpdateInput!, $dryRun: Boolean!) {
    change: sodConstraintUpdate(id: $id, input: $input, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
  }
`);
export const AddConstraintRolesMutation = graphql(`
  mutation AddConstraintRoles($id: ID!, $roleIds: [ID!]!, $dryRun: Boolean!) {
    change: sodConstraintAddRoles(id: $id, roleIds: $roleIds, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
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
