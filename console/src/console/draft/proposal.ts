import type { ImpactPartsFragment, ProblemPartsFragment } from "../gql/graphql";
import type { Change } from "./changes";

export type Impact = ImpactPartsFragment;
export type Problem = ProblemPartsFragment;

/** One line of a review: what is added, removed or set. */
export interface Line {
  readonly sign: "added" | "removed" | "set";
  readonly text: string;
  /** The change of the draft that the line stands for, so that it can be taken out. */
  readonly change?: Change;
}

/** Lines about one object. */
export interface Section {
  readonly key: string;
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What one transaction would do, without making it. */
export interface Part {
  readonly title: string | null;
  readonly impact: Impact | null;
  readonly problems: readonly Problem[];
  /** What else to know, as sentences. */
  readonly notes?: readonly string[];
}

/** What a proposal would do. */
export interface Preview {
  readonly parts: readonly Part[];
  /** Roles that were changed since the draft began, with their current versions by id. */
  readonly stale: Readonly<Record<string, { readonly name: string; readonly version: number }>>;
  /** A name to type before Save, because somebody would gain a permission that changes this service. */
  readonly nameToType: string | null;
}

/** What Save did. With problems, the change that has them was not made, nor those after it. */
export interface Saved {
  readonly revision: number | null;
  readonly problems: readonly Problem[];
  /** Changes of the draft that were not made. */
  readonly remaining: readonly Change[];
  /** Changes of a draft that undo what was done. */
  readonly inverse: readonly Change[];
}

/** Changes to review and save: the draft, or one action such as a deletion. */
export interface Proposal {
  readonly title: string;
  readonly sections: readonly Section[];
  /** Whether a reason is kept in the audit log. */
  readonly takesReason: boolean;
  /** What to know before Save. */
  readonly note?: string | null;
  readonly isDanger?: boolean;
  /** Label of the button that saves. */
  readonly saveLabel?: string;
  readonly preview: () => Promise<Preview>;
  readonly save: (reason: string | null) => Promise<Saved>;
}

export const NOTHING_STALE: Preview["stale"] = {};
