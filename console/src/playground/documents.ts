const USER_ERRORS = "userErrors { message }";

/** The operations of the page itself. */
export const LOGIN = `mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password, delivery: COOKIE) { csrfToken ${USER_ERRORS} }
}`;
export const SIGNUP = `mutation ($username: String!, $password: String!) {
  signup(username: $username, password: $password, delivery: COOKIE) { csrfToken ${USER_ERRORS} }
}`;
export const REFRESH = `mutation { refresh { csrfToken ${USER_ERRORS} } }`;
export const LOGOUT = "mutation { logout { endedSessions } }";
export const CONFIRM = `mutation ($password: String!) { reauthenticate(password: $password) { ${USER_ERRORS} } }`;
export const ACTIVATE = `mutation ($ids: [ID!]!) { sessionActivateRoles(roleIds: $ids) { ${USER_ERRORS} } }`;
export const DEACTIVATE = `mutation ($ids: [ID!]!) { sessionDeactivateRoles(roleIds: $ids) { ${USER_ERRORS} } }`;
export const VIEWER = `{
  viewer {
    csrfToken
    user { id username }
    roles
    session { expiresAt activeRoles { id name } }
    inactiveRoles { id name }
  }
}`;
export const GUARDS = "{ guards { coordinate rule allowed } }";

/** Root fields that can begin, end or change the session of the cookies. */
export const CHANGES_SESSION =
  /\b(signup|login|refresh|logout|passwordChange|sessionRevoke\w*|userRevokeSessions|session(Dea|A)ctivateRoles)\b/;
