// Serves the built playground as the service does, with its policy, and leaves everything else to a running service:
//   node test/serve.mjs [port]      KEYWARD_URL is the service, PLAYGROUND_DIST the build
import { existsSync, readFileSync } from "node:fs";
import { createServer, request as forward } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = process.env.PLAYGROUND_DIST ?? fileURLToPath(new URL("../dist/playground", import.meta.url));
const TYPES = { ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf" };
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "worker-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const ROUTE = /^\/playground(?:\/(assets\/[\w.-]+))?(?:\?.*)?$/;

function page(name, response) {
  const file = [".gz", ""].map((ending) => ({ path: join(DIST, `${name}${ending}`), ending })).find(({ path }) => existsSync(path));
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

function pass(request, response, service) {
  const { url, method, headers } = request;
  const passed = forward(new URL(url, service), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.writeHead(502).end());
  request.pipe(passed);
}

/** Resolves to the server, listening on the loopback interface. */
export async function start(service, port = 0) {
  const server = createServer((request, response) => {
    const route = ROUTE.exec(request.url);
    if (route) page(route[1] ?? "index.html", response);
    else pass(request, response, service);
  });
  await new Promise((ready) => server.listen(port, "localhost", ready));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await start(process.env.KEYWARD_URL ?? "http://127.0.0.1:8080", Number(process.argv[2] ?? 4173));
  console.log(`http://localhost:${server.address().port}/playground`);
}
