// Starts the built binary in a temporary folder, and stops it.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(process.env.KEYWARD_BIN ?? join(import.meta.dirname, "../../target/release/keyward"));

export const administrator = { username: "root", password: "plain-sailing-over-7-seas" };

// Settings of the environment do not apply to this installation.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_")));

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** Runs one command of the binary to its end. */
export const run = (folder, args, input = "", settings = {}) =>
  spawnSync(binary, args, { cwd: folder, input, encoding: "utf8", env: { ...environment, KEYWARD_DATA_DIR: folder, ...settings } });

/** An installation with an administrator, served on a free port. */
export async function start(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "keyward-"));
  const made = run(folder, ["admin", "create", administrator.username], `${administrator.password}\n`, settings);
  if (made.status !== 0) throw new Error(made.stderr);
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = { ...environment, KEYWARD_DATA_DIR: folder, KEYWARD_LISTEN: url.slice("http://".length), ...settings };
  const server = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (text) => (log += text));
  const ended = new Promise((done) => server.once("exit", done));
  for (let attempts = 0; ; attempts++) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok) break;
    if (attempts > 400 || server.exitCode !== null) throw new Error(`the server did not start: ${log}`);
    await new Promise((done) => setTimeout(done, 25));
  }
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, stop, log: () => log };
}
