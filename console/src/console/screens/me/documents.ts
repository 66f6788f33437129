import { graphql } from "../../api/graphql";

export const MeQuery = graphql(`
  query MeProfile {
    me {
      id
      username
      email
      displayName
      sessions(first: 100) { nodes { ...SessionRowParts } totalCount }
    }
  }
`);
export const MeUpdateMutation = graphql(`
  mutation MeUpdate($displayName: String) { profileUpdate(input: { displayName: $displayName }) { userErrors { ...ProblemParts } } }
`);
export const MePasswordMutation = graphql(`
  mutation MePassword($current: String!, $next: String!) {
    passwordChange(currentPassword: $current, newPassword: $next) { userErrors { ...ProblemParts } }
  }
`);
