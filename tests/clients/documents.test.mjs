// Documents: the service accepts and refuses what graphql-js accepts and refuses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { administrator, start } from "./keyward.mjs";
import { broken, corpus, sections } from "./reference.mjs";

let keyward, token;
before(async () => {
  keyward = await start();
  const { username, password } = administrator;
  const { data } = await post(`mutation { login(username: "${username}", password: "${password}") { accessToken } }`);
  token = data.login.accessToken;
});
after(() => keyward.stop());

async function post(query, variables) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  return (await fetch(`${keyward.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) })).json();
}

test("graphql-js agrees with every verdict of the corpus", () => {
  assert.ok(corpus.length >= 150, `${corpus.length} documents`);
  for (const { document, variables, breaks } of corpus) {
    const found = broken(document, variables);
    const agrees = breaks ? breaks.split(" or ").some((section) => found.includes(section)) : found.length === 0;
    assert.ok(agrees, `${document}: ${breaks ?? "valid"} in the corpus, ${found.join() || "valid"} by graphql-js`);
  }
});

test("the corpus has a document for every section", () => {
  const covered = new Set(corpus.flatMap(({ breaks }) => (breaks ?? "").split(" or ")));
  assert.deepEqual(sections.filter((section) => !covered.has(section)), []);
});

/** Numbers that look random and are the same for the same seed (mulberry32). */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TOKENS = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[$@]?\w+|[^\s\w]/gu;
const VALUES = ["1", "-0", "1.5", '"a"', "true", "null", "ACTIVE", "[]", "[1]", '["a", null]', "{}", '{search: "a"}', "$n", "$s", "2147483648"];
const PIECES = ["{", "}", "(", ")", "[", "]", "!", ":", "=", "...", "@skip(if: true)", "@include(if: $b)", "@nope", "...F", "... on User", "id", "__typename", "a: id", "$n: Int", "$b: Boolean = true"];

/** A document with one to three changes: a token is removed, repeated, exchanged or replaced, or a piece is inserted. */
function mutated(document, pool, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const tokens = document.match(TOKENS);
  for (let changes = 1 + Math.floor(next() * 3); changes > 0 && tokens.length > 0; changes--) {
    const at = Math.floor(next() * tokens.length);
    switch (Math.floor(next() * 7)) {
      case 0: tokens.splice(at, 1); break;
      case 1: tokens.splice(at, 0, tokens[at]); break;
      case 2: [tokens[at], tokens[0]] = [tokens[0], tokens[at]]; break;
      case 3: tokens.splice(at, 0, pick(PIECES)); break;
      case 4: {
        // The value of an argument, where there is one.
        const values = [...tokens.keys()].filter((index) => tokens[index - 1] === ":" && !/^[{[]/.test(tokens[index]));
        const index = pick(values);
        if (index !== undefined) tokens[index] = pick(VALUES);
        break;
      }
      default: {
        const names = [...tokens.keys()].filter((index) => /^[$@]?[A-Za-z_]\w*$/.test(tokens[index]));
        const index = pick(names);
        if (index !== undefined) tokens[index] = pick(pool);
      }
    }
  }
  return tokens.join(" ");
}

test("the service and graphql-js agree on changed documents", async () => {
  const seed = Number(process.env.SEED ?? 2026);
  const [next, rounds] = [random(seed), Number(process.env.ROUNDS ?? 4000)];
  // Mutations count towards rate limits, and variables have no values here.
  const valid = corpus.filter(({ breaks, document, variables }) => !breaks && !variables && !document.startsWith("mutation"));
  const pool = [...new Set(corpus.filter(({ breaks }) => !breaks).flatMap(({ document }) => document.match(/[$@]?[A-Za-z_]\w*/g)))];
  const verdicts = { valid: 0, invalid: 0, limited: 0 };
  for (let round = 0; round < rounds; round++) {
    const document = mutated(valid[Math.floor(next() * valid.length)].document, pool, next);
    const { data, errors = [] } = await post(document);
    const codes = errors.map((error) => error.extensions.code);
    if (codes.includes("OPERATION_TOO_COMPLEX") || /several operations/.test(errors[0]?.message)) {
      verdicts.limited++;
      continue;
    }
    assert.ok(!codes.includes("INTERNAL_SERVER_ERROR"), document);
    const found = broken(document);
    const context = `seed ${seed}, round ${round}: ${document}\ngraphql-js: ${found.join() || "valid"}\nservice: ${JSON.stringify(errors)}`;
    assert.equal(data === undefined, found.length > 0, context);
    verdicts[found.length > 0 ? "invalid" : "valid"]++;
  }
  assert.ok(verdicts.valid > rounds / 20 && verdicts.invalid > rounds / 4, JSON.stringify(verdicts));
});
