// The common operations, through a GraphQL client.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GraphQLClient, gql } from "graphql-request";
import { administrator, start } from "./keyward.mjs";

let keyward;
before(async () => (keyward = await start()));
after(() => keyward.stop());

const client = (token) =>
  new GraphQLClient(`${keyward.url}/graphql`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

const login = gql`
  mutation ($username: String!, $password: String!) {
    login(username: $username, password: $password) {
      accessToken
      refreshToken
      expiresAt
      viewer { roles permissions }
      userErrors { code message path }
    }
  }
`;

test("signup, me, refresh and logout", async () => {
  const { signup } = await client().request(gql`
    mutation {
      signup(username: "ana", password: "correct-horse-battery-42") {
        accessToken
        refreshToken
        userErrors { code }
      }
    }
  `);
  assert.deepEqual(signup.userErrors, []);
  const me = gql`{ me { id username roles { name } } viewer { permissions } can(permission: "user:read") }`;
  const mine = await client(signup.accessToken).request(me);
  assert.equal(mine.me.username, "ana");
  assert.deepEqual(mine.me.roles, [{ name: "user" }]);
  assert.equal(mine.can, false);

  const { refresh } = await client().request(
    gql`mutation ($token: String!) { refresh(refreshToken: $token) { accessToken userErrors { code } } }`,
    { token: signup.refreshToken },
  );
  assert.deepEqual(refresh.userErrors, []);
  const { logout } = await client(refresh.accessToken).request(gql`mutation { logout { endedSessions } }`);
  assert.equal(logout.endedSessions, 1);
  for (const token of [signup.accessToken, refresh.accessToken]) {
    await assert.rejects(client(token).request(me), (error) => {
      assert.equal(error.response.errors[0].extensions.code, "UNAUTHENTICATED");
      assert.equal(error.response.errors[0].extensions.reason, "REVOKED");
      return true;
    });
  }
});

test("an administrator's change takes effect on the next request with an existing token", async () => {
  const admin = client((await client().request(login, administrator)).login.accessToken);
  const ben = (
    await client().request(gql`
      mutation { signup(username: "ben", password: "correct-horse-battery-43") { accessToken viewer { user { id } } } }
    `)
  ).signup;
  const can = gql`{ can(permission: "invoice:read") }`;
  assert.equal((await client(ben.accessToken).request(can)).can, false);
  const { permissionCreate } = await admin.request(gql`
    mutation { permissionCreate(input: { name: "invoice:read" }) { permission { id } userErrors { code } } }
  `);
  const { roleCreate } = await admin.request(
    gql`
      mutation ($ids: [ID!]) {
        roleCreate(input: { name: "clerk", permissionIds: $ids }) { role { id } userErrors { code } }
      }
    `,
    { ids: [permissionCreate.permission.id] },
  );
  await admin.request(
    gql`mutation ($user: ID!, $roles: [ID!]!) { userAssignRoles(userId: $user, roleIds: $roles) { userErrors { code } } }`,
    { user: ben.viewer.user.id, roles: [roleCreate.role.id] },
  );
  const { data, extensions } = await client(ben.accessToken).rawRequest(can);
  assert.equal(data.can, true);
  assert.equal(extensions?.tokenStale, true);
});
