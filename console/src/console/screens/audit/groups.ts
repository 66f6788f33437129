import { dateOf } from "./filter";

interface Event {
  readonly at: string;
  readonly action: string;
  readonly requestId: string;
}

/** Events of one request: the one that names what was done, and the others. */
export interface RequestGroup<Row> {
  readonly key: string;
  readonly main: Row;
  readonly others: readonly Row[];
}

export interface DayGroup<Row> {
  /** `2026-01-31`, in the reader's time zone. */
  readonly day: string;
  readonly requests: readonly RequestGroup<Row>[];
}

/** Groups a page of events by day, and by request within a day, in the order of the page. */
export function groupsOf<Row extends Event>(events: readonly Row[]): readonly DayGroup<Row>[] {
  const days = new Map<string, Map<string, Row[]>>();
  for (const event of events) {
    const day = dateOf(new Date(event.at));
    const requests = days.get(day) ?? new Map<string, Row[]>();
    days.set(day, requests);
    requests.set(event.requestId, [...(requests.get(event.requestId) ?? []), event]);
  }
  return [...days].map(([day, requests]) => ({ day, requests: [...requests].flatMap(([key, rows]) => group(key, rows)) }));
}

/** A document or an import has one event for itself and one for each object. */
function group<Row extends Event>(key: string, rows: readonly Row[]): readonly RequestGroup<Row>[] {
  const main = rows.find(({ action }) => action.startsWith("policy.")) ?? rows[0];
  return main ? [{ key, main, others: rows.filter((row) => row !== main) }] : [];
}

/** Counts times by day, for the `days` days up to today. */
export function countsOf(times: readonly string[], days: number, today: Date): readonly { readonly day: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const at of times) {
    const day = dateOf(new Date(at));
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return Array.from({ length: days }, (_, index) => {
    const day = dateOf(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - index)));
    return { day, count: counts.get(day) ?? 0 };
  });
}
