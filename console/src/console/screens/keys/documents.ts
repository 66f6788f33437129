import { graphql } from "../../api/graphql";

export const KeysQuery = graphql(`
  query Keys { signingKeys { id kid algorithm status createdAt retiresAt } }
`);
export const RotateKeyMutation = graphql(`
  mutation KeysRotate($graceMinutes: Int!) {
    signingKeyRotate(graceMinutes: $graceMinutes) { userErrors { ...ProblemParts } }
  }
`);
export const RevokeKeyMutation = graphql(`
  mutation KeysRevoke($id: ID!, $reason: String!) {
    signingKeyRevoke(id: $id, reason: $reason) { userErrors { ...ProblemParts } }
  }
`);
