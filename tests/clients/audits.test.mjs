// GraphQL over HTTP, tested by the audit suite of the npm package graphql-http.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverAudits } from "graphql-http";
import { start } from "./keyward.mjs";

let keyward;
before(async () => (keyward = await start()));
after(() => keyward.stop());

const audits = serverAudits({ url: () => `${keyward.url}/graphql`, fetchFn: fetch });

test("the suite has the expected number of audits", () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();
    assert.equal(status, "ok", reason);
  });
}
