import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Address of a PostgreSQL server for the tests; SQLite without one. `scripts/e2e` sets it, with a Redis server. */
const SERVER = process.env["E2E_POSTGRES"];
const REDIS = process.env["E2E_REDIS"];
const PSQL = process.env["E2E_PSQL"] ?? "psql";
/** Secret of the test services: databases are copies of each other. */
const SECRET = "a-secret-of-tests-that-protects-nothing";

/** Settings of a service on the database `name`, and the database itself, as a copy of another one. */
export async function createDatabase(name: string, template: string | null): Promise<Readonly<Record<string, string>>> {
  if (!SERVER) return {};
  await sql(`CREATE DATABASE ${name} TEMPLATE ${template ?? "template0"}`);
  return { KEYWARD_DATABASE_URL: `${SERVER}/${name}`, KEYWARD_SECRET: SECRET, ...(REDIS && template ? { KEYWARD_REDIS_URL: REDIS } : {}) };
}

/** Removes a database that `createDatabase` made. */
export async function dropDatabase(name: string): Promise<void> {
  if (SERVER) await sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function sql(statement: string): Promise<void> {
  await run(PSQL, ["--no-psqlrc", "--quiet", "--dbname", `${SERVER}/postgres`, "--command", statement]);
}
