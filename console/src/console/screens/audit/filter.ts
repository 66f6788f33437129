import type { AuditFilter } from "../../gql/graphql";
import type { AuditSearch } from "./search";

/** The filter of an address, as the API takes it. */
export function filterOf({ search, action, outcome, actor, involving, since, until }: AuditSearch): AuditFilter {
  return {
    search: search ?? null,
    actions: action === undefined ? null : [action],
    outcome: outcome === undefined ? null : [outcome],
    actorId: actor ?? null,
    involvingId: involving ?? null,
    since: startOf(since),
    until: endOf(until),
  };
}

/** The first instant of a date `2026-01-31` in the reader's time zone; null when the text is no date. */
export function startOf(date: string | undefined): string | null {
  return instant(date, 0);
}

/** The first instant after a date: the end of a filter is exclusive. */
export function endOf(date: string | undefined): string | null {
  return instant(date, 1);
}

function instant(date: string | undefined, days: number): string | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date ?? "") ?? [];
  return year && month && day ? new Date(Number(year), Number(month) - 1, Number(day) + days).toISOString() : null;
}

/** A day in the reader's time zone as `2026-01-31`. */
export function dateOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Actions with a pattern for each of their prefixes, such as `role.*`. */
export function choicesOf(actions: readonly string[]): readonly string[] {
  const prefixes = [...new Set(actions.filter((action) => action.includes(".")).map((action) => `${action.slice(0, action.indexOf("."))}.*`))];
  return [...actions, ...prefixes].sort();
}
