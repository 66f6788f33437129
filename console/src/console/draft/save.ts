import { mutate } from "../api/mutate";
import { request } from "../api/request";
import { texts } from "../texts/draft";
import { type Change, inverseOf, isCreated, objectOf, withIds } from "./changes";
import { documentOf, editedIds, fitsDocument, type RoleState, type UserState } from "./document";
import { ApplyMutation, PlanQuery, StateQuery, SystemPermissionsQuery } from "./documents";
import { type Impact, type Part, type Preview, type Proposal, type Saved } from "./proposal";
import { sectionsOf } from "./sentences";
import { type Step, stepsOf } from "./steps";
import type { Draft } from "./store";

const NODES_AT_ONCE = 100;
/** Permissions to read and edit whole lists as a policy document. */
const FOR_PLANS = ["policy:read", "policy:apply", "role:read", "permission:read", "user:read"];

interface State {
  readonly roles: readonly RoleState[];
  readonly users: readonly UserState[];
}

/** The draft as a proposal: one mutation where one can do it, else one policy document, applied whole or not at all. */
export function draftProposal(draft: Draft, may: (permission: string) => boolean): Proposal {
  const { changes } = draft;
  const steps = stepsOf(changes);
  const isPlan = steps.length > 1 && FOR_PLANS.every(may) && fitsDocument(changes);
  let plan: { readonly document: ReturnType<typeof inputOf>; readonly hash: string } | null = null;
  const planned = async (state: State): Promise<Part> => {
    const document = inputOf(draft, state);
    const { policyPlan } = (await request(PlanQuery, { document })).data;
    plan = policyPlan ? { document, hash: policyPlan.hash } : null;
    return { title: null, impact: policyPlan?.impact ?? null, problems: policyPlan?.blockers ?? [] };
  };
  const applied = async (reason: string | null): Promise<Saved> => {
    if (!plan) throw new Error("a plan is applied after it was shown");
    const { policyApply } = (await mutate(ApplyMutation, { ...plan, reason })).data;
    const { revision = null, userErrors: problems = [] } = policyApply ?? {};
    return { revision, problems, remaining: problems.length === 0 ? [] : changes, inverse: inverseOf(changes) };
  };
  return {
    title: texts.review(changes.length),
    sections: sectionsOf(changes),
    takesReason: isPlan || changes.some((change) => change.kind === "assign" || change.kind === "unassign" || change.kind.endsWith("User")),
    saveLabel: texts.save(changes.length),
    note: steps.length > 1 && !isPlan ? texts.series : null,
    preview: async () => {
      const state = await stateOf(draft);
      const parts = isPlan ? [await planned(state)] : await previewSteps(steps);
      return { parts, stale: staleRoles(draft, state.roles), nameToType: await nameToType(draft, parts, may) };
    },
    save: (reason) => (isPlan ? applied(reason) : saveSteps(steps, reason)),
  };
}

function inputOf({ changes }: Draft, { roles, users }: State) {
  return { content: JSON.stringify(documentOf(changes, roles, users)), format: "JSON" as const };
}

async function stateOf({ changes, bases }: Draft): Promise<State> {
  const ids = [...new Set([...editedIds(changes), ...Object.keys(bases)])];
  const roles: RoleState[] = [];
  const users: UserState[] = [];
  for (let start = 0; start < ids.length; start += NODES_AT_ONCE) {
    const { data } = await request(StateQuery, { ids: ids.slice(start, start + NODES_AT_ONCE) });
    for (const node of data.nodes ?? []) {
      if (node?.__typename === "Role") roles.push(node);
      if (node?.__typename === "User") users.push(node);
    }
  }
  return { roles, users };
}

async function previewSteps(steps: readonly Step[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { title, run } of steps) {
    const { impact, problems } = await run(true, null, new Map());
    parts.push({ title: steps.length > 1 ? title : null, impact, problems });
  }
  return parts;
}

/** Makes the mutations one after another, up to the first that is refused. */
async function saveSteps(steps: readonly Step[], reason: string | null): Promise<Saved> {
  const done: Change[] = [];
  const ids = new Map<string, string>();
  let revision: number | null = null;
  for (const [index, step] of steps.entries()) {
    const result = await step.run(false, reason, ids);
    if (result.problems.length > 0) {
      const remaining = steps.slice(index).flatMap(({ changes }) => changes.map((change) => withIds(change, ids)));
      return { revision, problems: result.problems, remaining, inverse: inverseOf(done) };
    }
    const [first] = step.changes;
    if (first && result.createdId) ids.set(objectOf(first).id, result.createdId);
    done.push(...step.changes);
    revision = result.revision;
  }
  return { revision, problems: [], remaining: [], inverse: inverseOf(done) };
}

function staleRoles({ changes, bases }: Draft, roles: readonly RoleState[]): Preview["stale"] {
  const edited = new Set(changes.map((change) => objectOf(change).id));
  const stale = roles.filter(({ id, version }) => edited.has(id) && bases[id] !== undefined && bases[id] < version);
  return Object.fromEntries(stale.map(({ id, name, version }) => [id, { name, version }]));
}

/** The name of the first edited object when somebody would gain a permission that changes this service. */
async function nameToType({ changes }: Draft, parts: readonly Part[], may: (permission: string) => boolean): Promise<string | null> {
  const impacts = parts.flatMap(({ impact }) => (impact ? [impact] : []));
  if (!impacts.some(({ newAdministrators }) => (newAdministrators ?? []).length > 0)) {
    const gained = new Set(impacts.flatMap(gainedNames));
    if (gained.size === 0 || !may("permission:read")) return null;
    const { data } = await request(SystemPermissionsQuery, {});
    if (!(data.permissions?.nodes ?? []).some(({ name }) => gained.has(name))) return null;
  }
  const [first] = changes.filter((change) => !isCreated(objectOf(change)));
  return first ? objectOf(first).name : null;
}

function gainedNames({ deltas }: Impact): readonly string[] {
  return (deltas ?? []).flatMap(({ gained }) => gained);
}
