/** One key of what an event changed, before and after, as texts; null where the key is absent. */
export interface ChangedValue {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The keys of two states of an object, in their order. */
export function changedValues(before: unknown, after: unknown): readonly ChangedValue[] {
  const states = [before, after].map((state) => (isObject(state) ? state : {}));
  const keys = [...new Set(states.flatMap((state) => Object.keys(state)))];
  const [old = {}, current = {}] = states;
  return keys.map((key) => ({ key, before: textOf(old[key]), after: textOf(current[key]) }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as people read it: lists by line, everything else as JSON without needless quotes. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join("\n");
  return JSON.stringify(value, null, 1);
}
