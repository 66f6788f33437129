import { mutate } from "../api/mutate";
import type { TypedDocumentString } from "../gql/graphql";
import { type Change, linkOf, objectOf } from "./changes";
import * as documents from "./documents";
import type { Impact, Problem } from "./proposal";
import { sentence } from "./sentences";

/** One mutation that makes some changes of a draft. */
export interface Step {
  readonly title: string;
  readonly changes: readonly Change[];
  /** Makes the changes, or finds out what they would do. `ids` has those of objects that earlier steps created. */
  readonly run: (dryRun: boolean, reason: string | null, ids: Ids) => Promise<StepResult>;
}

/** Ids of created objects by their ids in the draft. */
export type Ids = ReadonlyMap<string, string>;

export interface StepResult {
  readonly impact: Impact | null;
  readonly problems: readonly Problem[];
  readonly revision: number | null;
  /** Id of the object that the step created. */
  readonly createdId?: string | undefined;
}

const NOTHING: StepResult = { impact: null, problems: [], revision: null };

interface LinkVariables {
  readonly id: string;
  readonly ids: string[];
  readonly dryRun: boolean;
  readonly expiresAt?: string | null;
  readonly replace?: boolean;
  readonly reason?: string | null;
}
interface Outcome {
  readonly change: { readonly impact?: Impact | null; readonly userErrors: readonly Problem[] } | null;
}

/** The mutation for the links of one object. */
const BY_OBJECT = {
  grant: documents.GrantMutation,
  revoke: documents.RevokeMutation,
  inherit: documents.InheritMutation,
  disinherit: documents.DisinheritMutation,
  assign: documents.AssignMutation,
  unassign: documents.UnassignMutation,
  grantUser: documents.GrantUserMutation,
  revokeUser: documents.RevokeUserMutation,
} as const;

/** Groups changes into as few mutations as there can be, creations first. */
export function stepsOf(changes: readonly Change[]): readonly Step[] {
  const creations = changes.filter((change) => linkOf(change) === null).map(creation);
  const links = changes.filter((change) => linkOf(change) !== null);
  const byObject = group(links, (change) => `${change.kind} ${objectOf(change).id} ${termsOf(change)}`);
  const byLink = group(links, (change) => `${change.kind} ${linkOf(change)?.id} ${termsOf(change)}`);
  const isBulk = byLink.length < byObject.length && links.every(({ kind }) => kind === "assign" || kind === "unassign");
  return [...creations, ...(isBulk ? byLink.map(bulk) : byObject.map(linking))];
}

function linking(changes: readonly [Change, ...Change[]]): Step {
  const [first] = changes;
  const document = BY_OBJECT[first.kind as keyof typeof BY_OBJECT] as TypedDocumentString<Outcome, LinkVariables>;
  const ids = changes.map((change) => linkOf(change)?.id ?? "");
  return step(changes, document, objectOf(first).id, ids);
}

function bulk(changes: readonly [Change, ...Change[]]): Step {
  const [first] = changes;
  const document = first.kind === "assign" ? documents.AssignUsersMutation : documents.UnassignUsersMutation;
  const ids = changes.map((change) => objectOf(change).id);
  return step(changes, document as TypedDocumentString<Outcome, LinkVariables>, linkOf(first)?.id ?? "", ids);
}

function step(
  changes: readonly [Change, ...Change[]],
  document: TypedDocumentString<Outcome, LinkVariables>,
  id: string,
  ids: string[],
): Step {
  const [first] = changes;
  const takesReason = first.kind === "assign" || first.kind === "unassign" || first.kind === "grantUser" || first.kind === "revokeUser";
  const own = "reason" in first ? first.reason : null;
  const ends = first.kind === "assign" || first.kind === "grantUser" ? { expiresAt: first.expiresAt, replace: first.replace ?? false } : {};
  return {
    title: titleOf(changes),
    changes,
    run: async (dryRun, reason, created) => {
      // What is not created yet cannot be asked about.
      if (dryRun && [id, ...ids].some((id) => id.startsWith("new:"))) return NOTHING;
      const actual = (id: string) => created.get(id) ?? id;
      const variables = { id: actual(id), ids: ids.map(actual), dryRun, ...ends, ...(takesReason ? { reason: own ?? reason } : {}) };
      return resultOf(await mutate(document, variables));
    },
  };
}

function creation(change: Change): Step {
  const run: Step["run"] = async (dryRun) => {
    if (dryRun) return NOTHING;
    if (change.kind === "createRole") {
      const answer = await mutate(documents.CreateRoleMutation, { input: { name: change.role.name, description: change.description } });
      return { ...resultOf(answer), createdId: answer.data.change?.role?.id };
    }
    if (change.kind === "createPermission") {
      const answer = await mutate(documents.CreatePermissionMutation, { input: { name: change.permission.name, description: change.description } });
      return { ...resultOf(answer), createdId: answer.data.change?.permission?.id };
    }
    throw new Error(`not a creation: ${change.kind}`);
  };
  return { title: titleOf([change]), changes: [change], run };
}

function resultOf({ data, revision }: { readonly data: Outcome; readonly revision: number | null }): StepResult {
  return { impact: data.change?.impact ?? null, problems: data.change?.userErrors ?? [], revision };
}

function titleOf(changes: readonly Change[]): string {
  return changes.map((change) => sentence(change)).join(", ");
}

function termsOf(change: Change): string {
  return "expiresAt" in change ? `${change.expiresAt} ${change.reason} ${change.replace ?? false}` : "";
}

function group(changes: readonly Change[], keyOf: (change: Change) => string): [Change, ...Change[]][] {
  const groups = new Map<string, [Change, ...Change[]]>();
  for (const change of changes) {
    const group = groups.get(keyOf(change));
    if (group) group.push(change);
    else groups.set(keyOf(change), [change]);
  }
  return [...groups.values()];
}
