import { exactly } from "../components/When";
import { texts as shell } from "../texts/shell";
import { texts } from "../texts/draft";
import { type Change, isAddition, linkOf, objectOf } from "./changes";
import type { Line, Section } from "./proposal";

/** A change as an instruction, such as `grant invoice:pay to payer`. */
export function sentence(change: Change): string {
  const link = linkOf(change)?.name ?? "";
  return texts.sentences[change.kind](objectOf(change).name, link);
}

/** Changes by object, each as a line of its own. */
export function sectionsOf(changes: readonly Change[]): readonly Section[] {
  const sections = new Map<string, { readonly key: string; readonly title: string; readonly lines: Line[] }>();
  for (const change of changes) {
    const { id, name } = objectOf(change);
    const section = sections.get(id) ?? { key: id, title: name, lines: [] };
    section.lines.push(lineOf(change));
    sections.set(id, section);
  }
  return [...sections.values()];
}

function lineOf(change: Change): Line {
  return { sign: isAddition(change) ? "added" : "removed", text: textOf(change), change };
}

function textOf(change: Change): string {
  if (change.kind === "createRole" || change.kind === "createPermission") return texts.created;
  const text = texts.lines[change.kind](linkOf(change)?.name ?? "");
  return "expiresAt" in change && change.expiresAt ? `${text}, ${shell.until(exactly(change.expiresAt))}` : text;
}
