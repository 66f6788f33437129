/** Ends that people name in words. Each is the last second of a day in the reader's time zone. */
export type End = "permanent" | "tomorrow" | "friday" | "month" | "quarter" | "date";

export const ENDS: readonly End[] = ["permanent", "tomorrow", "friday", "month", "quarter", "date"];

const FRIDAY = 5;
const WEEK = 7;
const MONTHS_OF_QUARTER = 3;

/** The instant of an end in words; null when it is permanent or a date yet to be chosen. */
export function endOf(end: End, now: Date): string | null {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  switch (end) {
    case "permanent":
    case "date":
      return null;
    case "tomorrow":
      return lastSecond(day.getFullYear(), day.getMonth(), day.getDate() + 1);
    case "friday":
      return lastSecond(day.getFullYear(), day.getMonth(), day.getDate() + daysToFriday(day));
    case "month":
      return lastSecond(day.getFullYear(), day.getMonth() + 1, 0);
    case "quarter":
      return lastSecond(day.getFullYear(), (Math.floor(day.getMonth() / MONTHS_OF_QUARTER) + 1) * MONTHS_OF_QUARTER, 0);
  }
}

/** The last second of a date `2026-01-31` of a form's field. */
export function endOfDate(date: string): string | null {
  const [year, month, day] = date.split("-").map(Number);
  if (!year || !month || !day) return null;
  return lastSecond(year, month - 1, day);
}

/** The next Friday; that of next week when today is Friday. */
function daysToFriday(day: Date): number {
  return (FRIDAY - day.getDay() + WEEK) % WEEK || WEEK;
}

function lastSecond(year: number, month: number, day: number): string {
  return new Date(year, month, day, 23, 59, 59).toISOString();
}
