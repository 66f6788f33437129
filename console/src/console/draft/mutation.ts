import { mutate } from "../api/mutate";
import type { TypedDocumentString } from "../gql/graphql";
import { type Impact, NOTHING_STALE, type Preview, type Problem, type Proposal, type Saved } from "./proposal";

/** The part of a payload that a review needs. */
export interface Payload {
  readonly impact?: Impact | null;
  readonly userErrors: readonly Problem[];
}

interface Action<Data, Variables> extends Omit<Proposal, "preview" | "save" | "takesReason"> {
  readonly takesReason?: boolean;
  readonly document: TypedDocumentString<Data, Variables>;
  /** Variables of the mutation; with `isDryRun`, those for a dry run. */
  readonly variables: (isDryRun: boolean, reason: string | null) => Variables;
  readonly payload: (data: Data) => Payload | null;
  /** Whether the mutation has a dry run. Without one, the review shows the lines only. */
  readonly hasDryRun: boolean;
  /** A name to type before the action, for what cannot be undone. */
  readonly nameToType?: string;
  /** What else to know about the result of a dry run, as sentences. */
  readonly notes?: (data: Data) => readonly string[];
  readonly onSaved?: (data: Data) => void;
}

/** One mutation as a proposal, such as a deletion or a suspension. */
export function mutationProposal<Data, Variables>(action: Action<Data, Variables>): Proposal {
  const { document, variables, payload, hasDryRun, nameToType = null, notes, onSaved, takesReason = false, ...shown } = action;
  return {
    ...shown,
    takesReason,
    preview: async (): Promise<Preview> => {
      if (!hasDryRun) return { parts: [], stale: NOTHING_STALE, nameToType };
      const { data } = await mutate(document, variables(true, null));
      const { impact = null, userErrors = [] } = payload(data) ?? {};
      return { parts: [{ title: null, impact, problems: userErrors, notes: notes?.(data) ?? [] }], stale: NOTHING_STALE, nameToType };
    },
    save: async (reason): Promise<Saved> => {
      const { data, revision } = await mutate(document, variables(false, reason));
      const problems = payload(data)?.userErrors ?? [];
      if (problems.length === 0) onSaved?.(data);
      return { revision, problems, remaining: [], inverse: [] };
    },
  };
}
