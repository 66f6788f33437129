// Clients with a persisted-query link send the hash of a document first, and the document when it is not supported.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createClient, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { start } from "./keyward.mjs";

let keyward;
before(async () => (keyward = await start()));
after(() => keyward.stop());

const QUERY = "{ serviceInfo { name } }";
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** `fetch`, and the requests it sent: whether they had a hash, and whether they had a document. */
function recording() {
  const sent = [];
  const send = (url, options = {}) => {
    const parameters = options.body ? JSON.parse(options.body) : Object.fromEntries(new URL(url).searchParams);
    sent.push([JSON.stringify(parameters.extensions ?? "").includes("persistedQuery"), Boolean(parameters.query)]);
    return fetch(url, options);
  };
  return { sent, send };
}

for (const useGETForHashedQueries of [false, true]) {
  test(`Apollo Client falls back to the document, ${useGETForHashedQueries ? "GET" : "POST"}`, async () => {
    const { sent, send } = recording();
    const link = ApolloLink.from([
      new PersistedQueryLink({ sha256, useGETForHashedQueries }),
      new HttpLink({ uri: `${keyward.url}/graphql`, fetch: send }),
    ]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    for (let round = 0; round < 2; round++) {
      const { data } = await client.query({ query: gql(QUERY), fetchPolicy: "network-only" });
      assert.equal(data.serviceInfo.name, "Keyward");
    }
    // The hash alone, then the document; afterwards the link sends no hash.
    assert.deepEqual(sent, [[true, false], [false, true], [false, true]]);
    client.stop();
  });
}

for (const preferGetForPersistedQueries of [false, true]) {
  test(`urql falls back to the document, ${preferGetForPersistedQueries ? "GET" : "POST"}`, async () => {
    const { sent, send } = recording();
    const exchanges = [persistedExchange({ preferGetForPersistedQueries, generateHash: async (text) => sha256(text) }), fetchExchange];
    const client = createClient({ url: `${keyward.url}/graphql`, exchanges, fetch: send, preferGetMethod: false });
    for (let round = 0; round < 2; round++) {
      const { data, error } = await client.query(QUERY, {}, { requestPolicy: "network-only" }).toPromise();
      assert.equal(error, undefined);
      assert.equal(data.serviceInfo.name, "Keyward");
    }
    assert.deepEqual(sent[0], [true, false]);
    assert.ok(sent.slice(1).every(([, hasDocument]) => hasDocument), JSON.stringify(sent));
  });
}

test("the refusal has the message and the code that clients look for", async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(QUERY) } };
  for (const [accept, status] of [["application/json", 200], ["application/graphql-response+json", 400]]) {
    const headers = { "content-type": "application/json", accept };
    const response = await fetch(`${keyward.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ extensions }) });
    const { errors, ...rest } = await response.json();
    assert.deepEqual([response.status, rest], [status, {}]);
    assert.equal(errors[0].message, "PersistedQueryNotSupported");
    assert.equal(errors[0].extensions.code, "PERSISTED_QUERY_NOT_SUPPORTED");
  }
});
