import type { GraphqlResponse } from "./endpoint";

/** Values of variables by name. */
export type Values = Readonly<Record<string, string>>;

interface Named {
  readonly id: string;
  readonly username?: string;
}

/** Names that no earlier run has used. */
export function freshValues(): Values {
  return { newUsername: `ana-${suffix()}`, newRole: `reader-${suffix()}` };
}

/** The values after a response: ids of what it made, the name to log in with, and another name where one was used up. */
export function valuesAfter(values: Values, { data }: GraphqlResponse): Values {
  const signup = data?.["signup"] as { viewer?: { user?: Named } | null } | undefined;
  const created = data?.["roleCreate"] as { role?: Named | null } | undefined;
  const user = signup?.viewer?.user;
  const { newUsername, newRole } = freshValues();
  return {
    ...values,
    ...(user?.username ? { userId: user.id, username: user.username, newUsername } : {}),
    ...(created?.role ? { roleId: created.role.id, newRole } : {}),
  } as Values;
}

/** Fills the members of variables that are empty or hold a value of ours; others were written by hand. */
export function fill(variables: string, values: Values, isOurs: (value: string) => boolean): string {
  return variables.replaceAll(/"(\w+)"(\s*:\s*)"([^"]*)"/g, (member, name: string, colon: string, present: string) => {
    const value = values[name];
    return value !== undefined && (present === "" || isOurs(present)) ? `"${name}"${colon}"${value}"` : member;
  });
}

/** Whether a value was made by `freshValues`, by this page or before a reload. */
export function isFresh(value: string): boolean {
  return /^(ana|reader)-[0-9a-z]{5}$/.test(value);
}

function suffix(): string {
  const SYMBOLS = "0123456789abcdefghijklmnopqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => SYMBOLS[byte % SYMBOLS.length]).join("");
}
