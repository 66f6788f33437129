import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createDatabase, dropDatabase } from "./database";
import { fill, PASSWORD, type Seed } from "./seed";

const BINARY = process.env["KEYWARD_BIN"] ?? "../target/debug/keyward";
const READY_WITHIN = 20_000;
const POLL = 50;

interface Response<Data> {
  readonly data: Data;
  readonly errors?: readonly unknown[];
}

/** A running service on a database of its own. */
export class Service {
  readonly folder: string;
  readonly url: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #tokens = new Map<string, Promise<string>>();
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.url = `http://localhost:${port}`;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
    this.#environment = {
      ...Object.fromEntries(inherited),
      KEYWARD_DATA_DIR: join(folder, "data"),
      KEYWARD_LISTEN: `127.0.0.1:${port}`,
      KEYWARD_LIMITS_SIGNUP_PER_ADDRESS: "100",
      KEYWARD_LIMITS_LOGIN_PER_ADDRESS: "1000",
      // Services of the same tests share a Redis server, and with it the counters of accounts with the same name.
      KEYWARD_LIMITS_LOGIN_PER_ACCOUNT: "1000",
      ...settings,
    };
  }

  /** Starts a service with a copy of a filled database. */
  static async start(seed: Seed, settings: Readonly<Record<string, string>>): Promise<Service> {
    const folder = await mkdtemp(join(tmpdir(), "keyward-e2e-"));
    const source = await template(seed);
    await cp(join(source, "data"), join(folder, "data"), { recursive: true });
    const database = await createDatabase(databaseOf(folder), databaseOf(source));
    const service = new Service(folder, await freePort(), { ...database, ...settings });
    await service.serve();
    return service;
  }

  /** Fills a database for `start` to copy. */
  static async makeTemplate(seed: Seed, folder: string): Promise<void> {
    const service = new Service(folder, await freePort(), await createDatabase(databaseOf(folder), null));
    await mkdir(join(folder, "data"), { mode: 0o700, recursive: true });
    await service.serve();
    await fill(service, seed);
    await service.stop();
  }

  /** Serves until `stop`, and waits until it is ready. */
  async serve(): Promise<void> {
    const log = openSync(join(this.folder, "log"), "a");
    this.#process = spawn(BINARY, ["serve"], { env: this.#environment, stdio: ["ignore", log, log] });
    const deadline = Date.now() + READY_WITHIN;
    while (!(await this.#isReady())) {
      if (this.#process.exitCode !== null || Date.now() > deadline) throw new Error(await this.log());
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null) return;
    process.kill("SIGTERM");
    await once(process, "exit");
  }

  /** Stops the service and removes its database. */
  async remove(): Promise<void> {
    await this.stop();
    await dropDatabase(databaseOf(this.folder));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of the binary on the same database, and returns its output. */
  async keyward(args: readonly string[], input = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(BINARY, args, { env: this.#environment }, (error, stdout, stderr) => {
        if (error) reject(new Error(`keyward ${args.join(" ")}: ${stderr}${stdout}`));
        else resolve(stdout);
      });
      child.stdin?.end(input);
    });
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, "log"), "utf8");
  }

  /** Sends an operation as a frontend with a bearer token would. */
  async request<Data>(query: string, variables: unknown = {}, token?: string): Promise<Response<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Response<Data>;
  }

  /** Logs a user in outside the browser, once; the access token. */
  token(username: string): Promise<string> {
    const token = this.#tokens.get(username) ?? this.#logIn(username);
    this.#tokens.set(username, token);
    return token;
  }

  async #logIn(username: string): Promise<string> {
    const query = "mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { accessToken } }";
    const { data } = await this.request<{ login: { accessToken: string } }>(query, { username, password: PASSWORD });
    return data.login.accessToken;
  }

  /** Id of a user, a role or a permission. */
  async idOf(kind: "user" | "role" | "permission", name: string): Promise<string> {
    const fields = { user: "userByUsername(username: $name)", role: "roleByName(name: $name)", permission: "permissionByName(name: $name)" };
    const type = kind === "permission" ? "PermissionName!" : "String!";
    const query = `query ($name: ${type}) { found: ${fields[kind]} { id } }`;
    const { data } = await this.request<{ found: { id: string } }>(query, { name }, await this.token("root"));
    return data.found.id;
  }

  /** Events of the audit log with some actions (`role.*`), oldest first, such as `role.assign ben` or `login ben FAILURE`. */
  async audit(actions: readonly string[]): Promise<readonly string[]> {
    const query = `query ($actions: [String!]) {
      auditLog(last: 100, orderBy: { direction: ASC }, filter: { actions: $actions }) { nodes { action outcome targetLabel } }
    }`;
    type Log = { auditLog: { nodes: { action: string; outcome: string; targetLabel: string | null }[] } };
    const { data } = await this.request<Log>(query, { actions }, await this.token("root"));
    return data.auditLog.nodes.map(({ action, outcome, targetLabel }) => [action, targetLabel, outcome === "SUCCESS" ? null : outcome].filter(Boolean).join(" "));
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(({ ok }) => ok, () => false);
  }
}

/** Name of the database that belongs to a folder. */
function databaseOf(folder: string): string {
  return basename(folder).replaceAll("-", "_").toLowerCase();
}

const templates = new Map<Seed, Promise<string>>();

/** A filled database, made once by each worker. */
function template(seed: Seed): Promise<string> {
  const made = templates.get(seed) ?? makeTemplate(seed);
  templates.set(seed, made);
  return made;
}

async function makeTemplate(seed: Seed): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyward-e2e-seed-"));
  await Service.makeTemplate(seed, folder);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
