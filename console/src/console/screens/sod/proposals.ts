import { mutationProposal } from "../../draft/mutation";
import type { Line, Proposal } from "../../draft/proposal";
import type { ConstraintQuery, SodConstraintCreateInput } from "../../gql/graphql";
import { texts } from "../../texts/constraints";
import * as documents from "./documents";

export type Constraint = NonNullable<ConstraintQuery["sodConstraint"]>;

interface Bypassed {
  readonly change: { readonly bypassedByCount: number | null } | null;
}

/** Creating a constraint, with who violates it already and who gets round it. */
export function creation(input: SodConstraintCreateInput, names: readonly string[], onSaved: () => void): Proposal {
  const line: Line = { sign: "added", text: texts.lines.create(texts.kinds[input.kind], input.limit ?? 2, names.join(", ")) };
  return mutationProposal({
    title: texts.createTitle(input.name),
    sections: [{ key: input.name, title: input.name, lines: [line] }],
    document: documents.CreateConstraintMutation,
    variables: (dryRun) => ({ input, dryRun }),
    payload: ({ change }) => change,
    notes: bypassNotes,
    hasDryRun: true,
    onSaved,
  });
}

/** Changing the limit or the description of a constraint. */
export function update({ id, name, limit, description }: Constraint, next: { readonly limit: number; readonly description: string | null }): Proposal {
  const lines: Line[] = [];
  if (next.limit !== limit) lines.push({ sign: "set", text: texts.lines.limit(next.limit) });
  if (next.description !== description) {
    lines.push({ sign: "set", text: next.description ? texts.lines.description(next.description) : texts.lines.noDescription });
  }
  return mutationProposal({
    title: texts.editTitle(name),
    sections: [{ key: id, title: name, lines }],
    document: documents.UpdateConstraintMutation,
    variables: (dryRun) => ({ id, input: { limit: next.limit, description: next.description }, dryRun }),
    payload: ({ change }) => change,
    notes: bypassNotes,
    hasDryRun: true,
  });
}

/** Adding a role to what a constraint keeps apart. */
export function addition({ id, name }: Constraint, role: { readonly id: string; readonly name: string }): Proposal {
  return mutationProposal({
    title: texts.addTitle(role.name, name),
    sections: [{ key: id, title: name, lines: [{ sign: "added", text: texts.lines.add(role.name) }] }],
    document: documents.AddConstraintRolesMutation,
    variables: (dryRun) => ({ id, roleIds: [role.id], dryRun }),
    payload: ({ change }) => change,
    notes: bypassNotes,
    hasDryRun: true,
  });
}

/** Removing a role from a constraint: nobody gains or loses a permission by it. */
export function removal({ id, name }: Constraint, role: { readonly id: string; readonly name: string }): Proposal {
  return mutationProposal({
    title: texts.removeTitle(role.name, name),
    sections: [{ key: id, title: name, lines: [{ sign: "removed", text: texts.lines.add(role.name) }] }],
    document: documents.RemoveConstraintRolesMutation,
    variables: () => ({ id, roleIds: [role.id] }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

/** Deleting a constraint. */
export function deletion({ id, name }: Constraint, onSaved: () => void): Proposal {
  return mutationProposal({
    title: texts.deleteTitle(name),
    sections: [{ key: id, title: name, lines: [{ sign: "removed", text: texts.deleteLine }] }],
    isDanger: true,
    document: documents.DeleteConstraintMutation,
    variables: () => ({ id }),
    payload: ({ change }) => change,
    hasDryRun: false,
    nameToType: name,
    onSaved,
  });
}

function bypassNotes({ change }: Bypassed): readonly string[] {
  const users = change?.bypassedByCount ?? 0;
  return users > 0 ? [texts.bypassedNote(users)] : [];
}
