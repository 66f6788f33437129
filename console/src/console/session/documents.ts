import { graphql } from "../api/graphql";

export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      id
      csrfToken
      user { id username displayName }
      session { id activeRoles { id name } }
      roles
      inactiveRoles { id name }
      permissions
      policyRevision
    }
  }
`);
export const ServiceQuery = graphql(`
  query Service { serviceInfo { version signupEnabled passwordMinLength } }
`);
/** Whether the service waits for its first administrator. */
export const SetupQuery = graphql(`
  query Setup { serviceInfo { setup { command } } }
`);
export const AdministratorMutation = graphql(`
  mutation AdministratorCreate($token: String!, $username: String!, $password: String!) {
    administratorCreate(token: $token, username: $username, password: $password, delivery: COOKIE) {
      csrfToken
      userErrors { ...ProblemParts }
    }
  }
`);
export const LoginMutation = graphql(`
  mutation Login($username: String!, $password: String!) {
    login(username: $username, password: $password, delivery: COOKIE) { csrfToken userErrors { ...ProblemParts } }
  }
`);
export const SignupMutation = graphql(`
  mutation Signup($username: String!, $password: String!, $email: String) {
    signup(username: $username, password: $password, email: $email, delivery: COOKIE) { csrfToken userErrors { ...ProblemParts } }
  }
`);
export const LogoutMutation = graphql(`
  mutation Logout { logout { endedSessions } }
`);
export const ResetMutation = graphql(`
  mutation Reset($token: String!, $password: String!) {
    passwordReset(token: $token, newPassword: $password) { userErrors { ...ProblemParts } }
  }
`);
export const ReauthenticateMutation = graphql(`
  mutation Reauthenticate($password: String!) {
    reauthenticate(password: $password) { userErrors { ...ProblemParts } }
  }
`);
export const ActivateMutation = graphql(`
  mutation Activate($ids: [ID!]!) { sessionActivateRoles(roleIds: $ids) { userErrors { ...ProblemParts } } }
`);
export const DeactivateMutation = graphql(`
  mutation Deactivate($ids: [ID!]!) { sessionDeactivateRoles(roleIds: $ids) { userErrors { ...ProblemParts } } }
`);
