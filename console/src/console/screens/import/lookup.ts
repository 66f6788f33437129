import type { Named } from "../../draft/changes";
import { all } from "./aliases";
import { nearMisses, pieces } from "./near";
import type { Row } from "./rows";

/** A user that exists, with the ids of the assigned roles. */
export interface ExistingUser extends Named {
  readonly roles: readonly string[];
}

/** What the service has of the names of a file. Keys are names in lower case. */
export interface Lookup {
  readonly users: ReadonlyMap<string, ExistingUser>;
  readonly roles: ReadonlyMap<string, Named>;
  /** Existing names that an unknown name may be a typing error of. */
  readonly nearUsers: ReadonlyMap<string, readonly ExistingUser[]>;
  readonly nearRoles: ReadonlyMap<string, readonly Named[]>;
}

const USER = "id username roles { id }";
const USER_FIELD = { type: "String!", field: `userByUsername(username: $value) { ${USER} }` };
const ROLE_FIELD = { type: "String!", field: "roleByName(name: $value) { id name }" };
const USERS_FIELD = { type: "String!", field: `users(first: 50, filter: { search: $value }) { nodes { ${USER} } }` };
const ROLES_FIELD = { type: "String!", field: "roles(first: 50, filter: { search: $value }) { nodes { id name } }" };
/** Unknown names for which near ones are searched; a file with more has none of its names here. */
const SEARCHED = 50;

interface UserNode {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly { readonly id: string }[] | null;
}

/** Reads which users and roles of a file exist, and which existing names are near those that do not. */
export async function lookUp(rows: readonly Row[]): Promise<Lookup> {
  const usernames = unique(rows.map(({ username }) => username));
  const roleNames = unique(rows.flatMap(({ roles }) => roles));
  const foundUsers = await all<UserNode>("ImportUsers", USER_FIELD, usernames);
  const foundRoles = await all<Named>("ImportRoles", ROLE_FIELD, roleNames);
  const users = new Map([...foundUsers].map(([name, user]) => [name, existing(user)]));
  return {
    users,
    roles: foundRoles,
    nearUsers: await near(usernames.filter((name) => !users.has(name)), async (parts) =>
      [...(await all<{ nodes: UserNode[] }>("ImportNearUsers", USERS_FIELD, parts)).values()].flatMap(({ nodes }) => nodes.map(existing)),
    ),
    nearRoles: await near(roleNames.filter((name) => !foundRoles.has(name)), async (parts) =>
      [...(await all<{ nodes: Named[] }>("ImportNearRoles", ROLES_FIELD, parts)).values()].flatMap(({ nodes }) => nodes),
    ),
  };
}

/** Near names for unknown ones, from what `find` has for their parts. */
async function near<Item extends Named>(
  unknown: readonly string[],
  find: (parts: readonly string[]) => Promise<readonly Item[]>,
): Promise<ReadonlyMap<string, readonly Item[]>> {
  const searched = unknown.slice(0, SEARCHED);
  const found = await find(unique(searched.flatMap(pieces)));
  const items = [...new Map(found.map((item) => [item.id, item])).values()];
  return new Map(searched.map((name) => [name, nearMisses(name, items)]));
}

function existing({ id, username, roles }: UserNode): ExistingUser {
  return { id, name: username, roles: (roles ?? []).map((role) => role.id) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name !== "");
}
