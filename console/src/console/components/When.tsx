import { Tooltip } from "@mantine/core";
import { texts } from "../texts/shell";

const DAY = 86_400_000;
const SOON = 7 * DAY;
const UNITS: readonly { readonly unit: Intl.RelativeTimeFormatUnit; readonly length: number }[] = [
  { unit: "year", length: 365 * DAY },
  { unit: "month", length: 30 * DAY },
  { unit: "day", length: DAY },
  { unit: "hour", length: 3_600_000 },
  { unit: "minute", length: 60_000 },
];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A time relative to now, in the reader's language; the exact time on hover. */
export function When({ at }: { readonly at: string | null | undefined }) {
  if (!at) return <span className="faint">{texts.never}</span>;
  return (
    <Tooltip label={absolute.format(new Date(at))} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at}>{fromNow(Date.parse(at) - Date.now())}</time>
    </Tooltip>
  );
}

/** The end of an assignment or a grant, in amber within seven days. */
export function Until({ at }: { readonly at: string | null | undefined }) {
  if (!at) return <span className="faint">{texts.permanent}</span>;
  const left = Date.parse(at) - Date.now();
  return (
    <time dateTime={at} className={left < SOON ? "warning" : undefined}>
      {left < 0 ? texts.expired(exactly(at)) : texts.until(exactly(at))}
    </time>
  );
}

/** A date and time in the reader's language. */
export function exactly(at: string): string {
  return absolute.format(new Date(at));
}

function fromNow(difference: number): string {
  const { unit, length } = UNITS.find(({ length }) => Math.abs(difference) >= length) ?? { unit: "second", length: 1000 };
  return relative.format(Math.trunc(difference / length), unit as Intl.RelativeTimeFormatUnit);
}
