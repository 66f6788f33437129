// Serves dist/playground/ as the Rust service does, with a stand-in for the API, so that the page can be tried without it:
//   node test/serve.mjs [port]      SCHEMA=path/to/schema.graphql overrides the committed one
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildSchema, graphql, GraphQLError } from "graphql";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DIST = here("../dist/playground");
const TYPES = { ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf" };
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "worker-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const ROUTE = /^\/playground(?:\/(assets\/[\w.-]+))?$/;

function page(path, response) {
  const name = ROUTE.exec(path) && (ROUTE.exec(path)[1] ?? "index.html");
  const file = [".gz", ""].map((ending) => ({ path: join(DIST, `${name}${ending}`), ending })).find((it) => name && existsSync(it.path));
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": TYPES[extname(name)] ?? "application/octet-stream",
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "cache-control": name === "index.html" ? "no-cache" : "public, max-age=31536000, immutable",
    ...(file.ending && { "content-encoding": "gzip" }),
  });
  response.end(readFileSync(file.path));
}

const refuse = (code, extensions) => () => {
  throw new GraphQLError(`refused with ${code}`, { extensions: { code, ...extensions } });
};
const ANA = { id: "user_01", username: "ana", displayName: "Ana", status: "ACTIVE", roles: [{ name: "user" }] };
const VIEWER = { roles: ["user"], permissions: [] };
const logIn = ({ username }) =>
  username === "ana"
    ? { accessToken: "canned-access-token", refreshToken: "canned-refresh-token", expiresAt: new Date(Date.now() + 600_000).toISOString(), viewer: VIEWER, userErrors: [] }
    : { userErrors: [] };
const PUBLIC = { signup: logIn, login: logIn, refresh: () => logIn(ANA), logout: { endedSessions: 1, userErrors: [] }, can: false, canEach: [] };
const ANONYMOUS = { ...PUBLIC, users: refuse("UNAUTHENTICATED", { reason: "MISSING" }) };
const SIGNED_IN = { ...PUBLIC, me: ANA, viewer: VIEWER, users: refuse("FORBIDDEN", { rule: "Requires `user:read`." }) };

/** Resolves to the server, listening on the loopback interface. */
export async function start(port = 0) {
  const schema = buildSchema(readFileSync(process.env.SCHEMA ?? here("../../schema.graphql"), "utf8"));
  const server = createServer(async (request, response) => {
    if (request.url !== "/graphql") return page(request.url.split("?")[0], response);
    const { query: source, variables: variableValues, operationName } = JSON.parse(await text(request));
    const rootValue = request.headers.authorization ? SIGNED_IN : ANONYMOUS;
    const result = await graphql({ schema, source, variableValues, operationName, rootValue });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await start(Number(process.argv[2] ?? 4173));
  console.log(`http://127.0.0.1:${server.address().port}/playground`);
}
