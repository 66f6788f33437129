import { type Line, NOTHING_STALE, type Problem, type Proposal, type Saved, type Section } from "../../draft/proposal";
import type { PolicyPlanPartsFragment } from "../../gql/graphql";

export type Plan = PolicyPlanPartsFragment;

/** A place in the text of a document, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The place that a message begins with, such as `line 5, column 3: unknown key`; null when it names none. */
export function placeOf(message: string): Place | null {
  const [, line, column] = /^line (\d+), column (\d+)/.exec(message) ?? [];
  return line && column ? { line: Number(line), column: Number(column) } : null;
}

/** The index of a place in a text; of its end when the place is behind it. */
export function indexOf(text: string, { line, column }: Place): number {
  const before = text.split("\n").slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1);
}

/** JSON begins with a brace; everything else is read as YAML. */
export function formatOf(text: string): "JSON" | "YAML" {
  return text.trimStart().startsWith("{") ? "JSON" : "YAML";
}

/** Tones of the lines of a unified diff. */
export function diffLines(diff: string): readonly { readonly text: string; readonly tone: "added" | "removed" | "place" | undefined }[] {
  return diff.replace(/\n$/, "").split("\n").map((text) => ({ text, tone: toneOf(text) }));
}

function toneOf(line: string) {
  if (/^(@@|\+\+\+|---)/.test(line)) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : undefined;
}

interface Action {
  readonly title: string;
  readonly plan: Plan;
  readonly run: (reason: string | null) => Promise<{ readonly revision: number | null; readonly problems: readonly Problem[] }>;
  /** Called when the policy has changed since the plan. */
  readonly onChanged: () => void;
  readonly onSaved: () => void;
}

/** A plan that was shown, as a proposal of the review. */
export function proposalOf({ title, plan, run, onChanged, onSaved }: Action): Proposal {
  return {
    title,
    sections: sectionsOf(plan),
    takesReason: true,
    preview: async () => ({
      parts: [{ title: null, impact: plan.impact, problems: plan.blockers }],
      stale: NOTHING_STALE,
      nameToType: plan.impact.newAdministrators?.[0]?.username ?? null,
    }),
    save: async (reason): Promise<Saved> => {
      const { revision, problems } = await run(reason);
      if (problems.some(({ code }) => code === "PLAN_CHANGED")) onChanged();
      if (problems.length === 0) onSaved();
      return { revision, problems, remaining: [], inverse: [] };
    },
  };
}

const SIGNS: Readonly<Record<string, Line["sign"]>> = { CREATE: "added", DELETE: "removed" };

function sectionsOf({ changes, hash }: Plan): readonly Section[] {
  const types = [...new Set(changes.map(({ objectType }) => objectType))];
  return types.map((type) => ({
    key: `${hash} ${type}`,
    title: type,
    lines: changes.filter(({ objectType }) => objectType === type).map(({ action, summary }) => ({ sign: SIGNS[action] ?? "set", text: summary.replaceAll("`", "") })),
  }));
}
