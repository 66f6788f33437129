import { graphql } from "../api/graphql";

export const StateQuery = graphql(`
  query DraftState($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Role { id name version permissions { id name } inheritsFrom { id name } }
      ... on User {
        id
        username
        roleAssignments { role { id name } validFrom expiresAt reason }
        directPermissions { id name }
      }
    }
  }
`);
export const SystemPermissionsQuery = graphql(`
  query SystemPermissions { permissions(first: 100, filter: { isSystem: true }) { nodes { id name } } }
`);
export const PlanQuery = graphql(`
  query DraftPlan($document: PolicyDocumentInput!) {
    policyPlan(document: $document) {
      hash
      isEmpty
      isApplicable
      impact { ...ImpactParts }
      blockers { ...ProblemParts }
    }
  }
`);
export const ApplyMutation = graphql(`
  mutation DraftApply($document: PolicyDocumentInput!, $hash: String!, $reason: String) {
    policyApply(document: $document, expectedPlanHash: $hash, reason: $reason) { revision userErrors { ...ProblemParts } }
  }
`);
export const GrantMutation = graphql(`
  mutation Grant($id: ID!, $ids: [ID!]!, $dryRun: Boolean!) {
    change: roleGrantPermissions(roleId: $id, permissionIds: $ids, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const RevokeMutation = graphql(`
  mutation Revoke($id: ID!, $ids: [ID!]!, $dryRun: Boolean!) {
    change: roleRevokePermissions(roleId: $id, permissionIds: $ids, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const InheritMutation = graphql(`
  mutation Inherit($id: ID!, $ids: [ID!]!, $dryRun: Boolean!) {
    change: roleAddInheritance(roleId: $id, inheritsFromIds: $ids, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const DisinheritMutation = graphql(`
  mutation Disinherit($id: ID!, $ids: [ID!]!, $dryRun: Boolean!) {
    change: roleRemoveInheritance(roleId: $id, inheritsFromIds: $ids, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const AssignMutation = graphql(`
  mutation Assign($id: ID!, $ids: [ID!]!, $expiresAt: DateTime, $replace: Boolean!, $reason: String, $dryRun: Boolean!) {
    change: userAssignRoles(userId: $id, roleIds: $ids, expiresAt: $expiresAt, reason: $reason, replace: $replace, dryRun: $dryRun) {
      impact { ...ImpactParts }
      userErrors { ...ProblemParts }
    }
  }
`);
export const AssignUsersMutation = graphql(`
  mutation AssignUsers($id: ID!, $ids: [ID!]!, $expiresAt: DateTime, $replace: Boolean!, $reason: String, $dryRun: Boolean!) {
    change: roleAssignUsers(roleId: $id, userIds: $ids, expiresAt: $expiresAt, reason: $reason, replace: $replace, dryRun: $dryRun) {
      impact { ...ImpactParts }
      userErrors { ...ProblemParts }
    }
  }
`);
export const UnassignMutation = graphql(`
  mutation Unassign($id: ID!, $ids: [ID!]!, $reason: String, $dryRun: Boolean!) {
    change: userUnassignRoles(userId: $id, roleIds: $ids, reason: $reason, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const UnassignUsersMutation = graphql(`
  mutation UnassignUsers($id: ID!, $ids: [ID!]!, $reason: String, $dryRun: Boolean!) {
    change: roleUnassignUsers(roleId: $id, userIds: $ids, reason: $reason, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const GrantUserMutation = graphql(`
  mutation GrantUser($id: ID!, $ids: [ID!]!, $expiresAt: DateTime, $replace: Boolean!, $reason: String, $dryRun: Boolean!) {
    change: userGrantPermissions(userId: $id, permissionIds: $ids, expiresAt: $expiresAt, reason: $reason, replace: $replace, dryRun: $dryRun) {
      impact { ...ImpactParts }
      userErrors { ...ProblemParts }
    }
  }
`);
export const RevokeUserMutation = graphql(`
  mutation RevokeUser($id: ID!, $ids: [ID!]!, $reason: String, $dryRun: Boolean!) {
    change: userRevokePermissions(userId: $id, permissionIds: $ids, reason: $reason, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const CreateRoleMutation = graphql(`
  mutation CreateRole($input: RoleCreateInput!) {
    change: roleCreate(input: $input) { role { id } impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);
export const CreatePermissionMutation = graphql(`
  mutation CreatePermission($input: PermissionCreateInput!) {
    change: permissionCreate(input: $input) { permission { id } userErrors { ...ProblemParts } }
  }
`);
