import { mutationProposal } from "../../draft/mutation";
import type { Line, Proposal } from "../../draft/proposal";
import type { RoleQuery, RoleUpdateInput } from "../../gql/graphql";
import { texts } from "../../texts/roles";
import { CopyRoleMutation, DeleteRoleMutation, GrantPatternMutation, RevokePatternMutation, UpdateRoleMutation } from "./documents";

export type Role = NonNullable<RoleQuery["role"]>;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A new role with the grants and the inheritance of another one. */
export function copy(name: string, description: string | null, source: Named, onSaved: (id: string) => void): Proposal {
  return mutationProposal({
    title: texts.createTitle(name),
    sections: [{ key: name, title: name, lines: [{ sign: "added", text: texts.copyOf(source.name) }] }],
    document: CopyRoleMutation,
    variables: () => ({ input: { name, description, copyFromId: source.id } }),
    payload: ({ change }) => change,
    hasDryRun: false,
    onSaved: ({ change }) => change?.role && onSaved(change.role.id),
  });
}

/** Setting attributes of a role, of the version that is on the screen. */
export function update(role: Role, input: RoleUpdateInput): Proposal {
  return mutationProposal({
    title: texts.editTitle(role.name),
    sections: [{ key: role.id, title: role.name, lines: linesOf(input) }],
    document: UpdateRoleMutation,
    variables: () => ({ id: role.id, input, version: role.version }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

/** Deleting a role with its grants and assignments. */
export function deletion({ id, name }: Role, onSaved: () => void): Proposal {
  return mutationProposal({
    title: texts.deleteTitle(name),
    sections: [{ key: id, title: name, lines: [{ sign: "removed", text: texts.deleteLine }] }],
    isDanger: true,
    document: DeleteRoleMutation,
    variables: (dryRun) => ({ id, dryRun }),
    payload: ({ change }) => change,
    hasDryRun: true,
    nameToType: name,
    onSaved,
  });
}

/** Granting a pattern to a role, or revoking it. */
export function patternChange({ id, name }: Named, pattern: string, kind: "grant" | "revoke"): Proposal {
  const isGrant = kind === "grant";
  return mutationProposal({
    title: isGrant ? texts.patternTitle(pattern, name) : texts.patternRevokeTitle(pattern, name),
    sections: [{ key: id, title: name, lines: [{ sign: isGrant ? "added" : "removed", text: pattern }] }],
    document: isGrant ? GrantPatternMutation : RevokePatternMutation,
    variables: (dryRun) => ({ id, patterns: [pattern], dryRun }),
    payload: ({ change }) => change,
    hasDryRun: true,
  });
}

function linesOf({ name, description, isDefault, requiresActivation }: RoleUpdateInput): readonly Line[] {
  const lines: string[] = [];
  if (typeof name === "string") lines.push(texts.lines.name(name));
  if (description !== undefined) lines.push(texts.lines.description(description));
  if (typeof isDefault === "boolean") lines.push(texts.lines.isDefault(isDefault));
  if (typeof requiresActivation === "boolean") lines.push(texts.lines.requiresActivation(requiresActivation));
  return lines.map((text): Line => ({ sign: "set", text }));
}
