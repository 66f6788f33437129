// Verification of access tokens with the published keys, through the npm package jose.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GraphQLClient, gql } from "graphql-request";
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { administrator, run, start } from "./keyward.mjs";

const login = gql`mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { accessToken } }`;
const me = gql`{ me { username } }`;
const expected = { issuer: "keyward", audience: "keyward", typ: "at+jwt" };

const token = async (url) => (await new GraphQLClient(`${url}/graphql`).request(login, administrator)).login.accessToken;
const ask = (url, token) =>
  new GraphQLClient(`${url}/graphql`, { headers: { authorization: `Bearer ${token}` } }).request(me);

for (const algorithm of ["EdDSA", "ES256", "RS256"]) {
  test(`${algorithm}: tokens are verified before, during and after a rotation`, async (t) => {
    const keyward = await start({ KEYWARD_TOKEN_ALGORITHM: algorithm });
    t.after(() => keyward.stop());
    const jwks = new URL(`${keyward.url}/.well-known/jwks.json`);
    const remote = createRemoteJWKSet(jwks, { cooldownDuration: 0 });
    const verify = async (token, keys = remote) =>
      (await jwtVerify(token, keys, { ...expected, algorithms: [algorithm] })).payload;
    const published = async () => (await fetch(jwks)).json();

    const before = await token(keyward.url);
    const payload = await verify(before);
    assert.match(payload.sub, /^user_/);
    assert.deepEqual(payload.roles, ["superadmin", "user"]);
    const old = await published();

    const rotated = run(keyward.folder, ["keys", "rotate"], "", { KEYWARD_TOKEN_ALGORITHM: algorithm });
    assert.equal(rotated.status, 0, rotated.stderr);
    const [kid] = rotated.stdout.split(" ");
    // The server signs with the new key after its next poll.
    let during = before;
    for (const end = Date.now() + 10_000; decodeProtectedHeader(during).kid !== kid && Date.now() < end; ) {
      during = await token(keyward.url);
    }
    assert.equal(decodeProtectedHeader(during).kid, kid);
    // Cached keys do not include it; after a refetch both tokens verify, also with a new key set.
    await assert.rejects(verify(during, createLocalJWKSet(old)), { code: "ERR_JWKS_NO_MATCHING_KEY" });
    for (const keys of [remote, createRemoteJWKSet(jwks)]) {
      for (const token of [before, during]) assert.equal((await verify(token, keys)).sub, payload.sub);
    }

    const gone = decodeProtectedHeader(before).kid;
    const revoked = run(keyward.folder, ["keys", "revoke", gone, "--reason", "leaked"]);
    assert.equal(revoked.status, 0, revoked.stderr);
    for (const end = Date.now() + 10_000; (await published()).keys.length > 1 && Date.now() < end; );
    const after = createLocalJWKSet(await published());
    assert.equal((await verify(during, after)).sub, payload.sub);
    await assert.rejects(verify(before, after), { code: "ERR_JWKS_NO_MATCHING_KEY" });
    assert.equal((await ask(keyward.url, during)).me.username, "root");
    await assert.rejects(ask(keyward.url, before), (error) => {
      assert.equal(error.response.errors[0].extensions.reason, "EXPIRED");
      return true;
    });
  });
}

test("HS256: no key is published, only the service can verify", async (t) => {
  const keyward = await start({ KEYWARD_TOKEN_ALGORITHM: "HS256" });
  t.after(() => keyward.stop());
  const made = await token(keyward.url);
  assert.equal(decodeProtectedHeader(made).alg, "HS256");
  assert.deepEqual(await (await fetch(`${keyward.url}/.well-known/jwks.json`)).json(), { keys: [] });
  assert.equal((await ask(keyward.url, made)).me.username, "root");
});
