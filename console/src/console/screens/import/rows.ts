import { endOfDate } from "../../components/ends";
import { parseCsv, type Record } from "./csv";

/** Columns that an import understands; `username` is required. */
export const COLUMNS = ["username", "email", "displayname", "roles", "until"] as const;
type Column = (typeof COLUMNS)[number];

/** Why a row cannot be imported. */
export type Invalidity =
  | { readonly kind: "noUsername" }
  | { readonly kind: "repeated"; readonly line: number }
  | { readonly kind: "until"; readonly text: string }
  | { readonly kind: "past"; readonly text: string }
  | { readonly kind: "cells"; readonly cells: number };

/** A row of the file. */
export interface Row {
  readonly line: number;
  readonly username: string;
  readonly email: string | null;
  readonly displayName: string | null;
  readonly roles: readonly string[];
  /** End of the assignments in UTC; null when they are permanent. */
  readonly until: string | null;
  readonly invalid: Invalidity | null;
}

export interface File {
  readonly rows: readonly Row[];
  readonly unknownColumns: readonly string[];
  readonly hasUsernames: boolean;
}

/** Reads a file of users. Names of columns have any case. */
export function readFile(text: string, now: Date): File {
  const [header, ...records] = parseCsv(text);
  const names = (header?.cells ?? []).map((name) => name.toLowerCase());
  const isKnown = (name: string) => (COLUMNS as readonly string[]).includes(name);
  const lines = new Map<string, number>();
  return {
    rows: records.map((record) => readRow(record, names, lines, now)),
    unknownColumns: (header?.cells ?? []).filter((name) => name !== "" && !isKnown(name.toLowerCase())),
    hasUsernames: names.includes("username"),
  };
}

/** Reads a row; `lines` has the usernames of the rows before. */
function readRow({ line, cells }: Record, names: readonly string[], lines: Map<string, number>, now: Date): Row {
  const cell = (column: Column) => cells[names.indexOf(column)] ?? "";
  const username = cell("username");
  const until = endOf(cell("until"));
  const row = {
    line,
    username,
    email: cell("email") || null,
    displayName: cell("displayname") || null,
    roles: [...new Set(cell("roles").split(/[;|]/).map((name) => name.trim()).filter((name) => name !== ""))],
    until,
  };
  const before = lines.get(username.toLowerCase());
  lines.set(username.toLowerCase(), before ?? line);
  return { ...row, invalid: invalidity() };

  function invalidity(): Invalidity | null {
    if (cells.length > names.length) return { kind: "cells", cells: cells.length };
    if (username === "") return { kind: "noUsername" };
    if (before !== undefined) return { kind: "repeated", line: before };
    if (cell("until") === "") return null;
    if (until === null) return { kind: "until", text: cell("until") };
    return Date.parse(until) <= now.getTime() ? { kind: "past", text: cell("until") } : null;
  }
}

/** A day `2026-01-31`, to its last second here, or a time of RFC 3339. */
function endOf(text: string): string | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const end = endOfDate(text);
    // A day that no calendar has, such as 2026-02-31, would become another one.
    return end !== null && new Date(end).getDate() === Number(text.slice(8)) ? end : null;
  }
  const isTime = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/.test(text);
  return isTime && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : null;
}
