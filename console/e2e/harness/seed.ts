import type { Service } from "./service";

export const PASSWORD = "plain-sailing-over-7-seas";
const FILLER_USERS = 1000;
const FILLER_ROLES = 200;

/** Roles and permissions of the walk-throughs; `payer` stands apart. */
const POLICY = `version: 1
permissions:
  invoice:approve: {}
  invoice:pay: {}
  invoice:read: Read invoices
  invoice:write: {}
roles:
  accountant:
    permissions: [invoice:write]
    inherits: [clerk]
  auditor:
    permissions: [access:explain, access:review, audit:read, permission:read, role:read, session:read, sod:read, user:read]
  clerk:
    permissions: [invoice:read]
  controller:
    permissions: [invoice:approve]
    inherits: [accountant]
  payer:
    permissions: [invoice:pay]
`;
const ASSIGNMENTS = `version: 1
assignments:
  ben:
    roles:
      accountant: {}
  eve:
    roles:
      auditor: {}
`;

/** What a database holds: nothing but the administrator root, or the company of the walk-throughs with filler. */
export type Seed = "nobody" | "root" | "company";

/** Fills the database of a running service. */
export async function fill(service: Service, seed: Seed): Promise<void> {
  if (seed === "nobody") return;
  await service.keyward(["admin", "create", "root"], `${PASSWORD}\n`);
  if (seed === "root") return;
  for (const username of ["ana", "ben", "eve"]) await signUp(service, username);
  const folder = service.folder;
  await service.write("policy.yaml", POLICY);
  await service.keyward(["policy", "apply", `${folder}/policy.yaml`, "--yes"]);
  await service.write("roles.csv", lines("role", FILLER_ROLES, (index) => `team-${pad(index)}`));
  await service.write("members.csv", lines("user,role", FILLER_USERS, (index) => `person-${pad(index)},team-${pad(index % FILLER_ROLES)}`));
  await service.keyward(["import", "--roles", `${folder}/roles.csv`, "--user-roles", `${folder}/members.csv`]);
  await service.write("assignments.yaml", ASSIGNMENTS);
  await service.keyward(["policy", "apply", `${folder}/assignments.yaml`, "--yes"]);
}

async function signUp(service: Service, username: string): Promise<void> {
  const query = "mutation ($username: String!, $password: String!) { signup(username: $username, password: $password) { userErrors { message } } }";
  const { data } = await service.request<{ signup: { userErrors: { message: string }[] } }>(query, { username, password: PASSWORD });
  if (data.signup.userErrors.length > 0) throw new Error(`cannot sign up ${username}: ${JSON.stringify(data)}`);
}

function lines(header: string, length: number, line: (index: number) => string): string {
  return [header, ...Array.from({ length }, (_, index) => line(index + 1)), ""].join("\n");
}

function pad(index: number): string {
  return String(index).padStart(4, "0");
}
