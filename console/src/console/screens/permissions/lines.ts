import type { texts } from "../../texts/permissions";

/** A permission written on a line. */
export interface NewPermission {
  readonly name: string;
  readonly description: string | null;
}

interface LineProblem {
  readonly line: number;
  readonly text: string;
  readonly problem: keyof typeof texts.problems;
}

interface Read {
  readonly permissions: readonly NewPermission[];
  /** Lines that are no permission. */
  readonly problems: readonly LineProblem[];
  /** Names that the service accepts and the convention does not. */
  readonly unconventional: readonly string[];
}

const LONGEST = 255;
/** What the service accepts: printable ASCII without `*`, `"` and `\\`, and single spaces inside. */
const VALID = /^(?!.* {2})[!#-)+-[\]-~](?:[ !#-)+-[\]-~]*[!#-)+-[\]-~])?$/;
/** The convention: a resource and an action. */
const CONVENTIONAL = /^[^\s:]+:[^\s:]+$/;

/** Reads permissions from pasted lines, `name` or `name, description`. A header and empty lines are passed over. */
export function readLines(text: string): Read {
  const permissions = new Map<string, NewPermission>();
  const problems: LineProblem[] = [];
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const [, name = "", rest = ""] = /^\s*"?([^",;\t]*?)"?\s*(?:[,;\t]\s*(.*))?$/.exec(whole) ?? [];
    if (name === "" || (index === 0 && name.toLowerCase() === "permission")) continue;
    const problem = problemOf(name, permissions);
    if (problem) problems.push({ line: index + 1, text: name, problem });
    else permissions.set(name, { name, description: rest.trim().replace(/^"(.*)"$/, "$1") || null });
  }
  const unconventional = [...permissions.keys()].filter((name) => !CONVENTIONAL.test(name));
  return { permissions: [...permissions.values()], problems, unconventional };
}

function problemOf(name: string, others: ReadonlyMap<string, unknown>): LineProblem["problem"] | null {
  if (name.length > LONGEST) return "tooLong";
  if (!VALID.test(name)) return "invalid";
  return others.has(name) ? "duplicate" : null;
}
