import { mutationProposal } from "../../draft/mutation";
import type { Proposal } from "../../draft/proposal";
import type { PermissionQuery } from "../../gql/graphql";
import { texts } from "../../texts/permissions";
import { DeletePermissionMutation, DescribePermissionMutation } from "./documents";

export type Permission = NonNullable<PermissionQuery["permission"]>;

/** Deleting a permission with its grants: who loses it is in the review. */
export function deletion({ id, name }: Permission, onSaved: () => void): Proposal {
  return mutationProposal({
    title: texts.deleteTitle(name),
    sections: [{ key: id, title: name, lines: [{ sign: "removed", text: texts.deleteLine }] }],
    isDanger: true,
    document: DeletePermissionMutation,
    variables: (dryRun) => ({ id, dryRun }),
    payload: ({ change }) => change,
    hasDryRun: true,
    nameToType: name,
    onSaved,
  });
}

/** Setting or removing the description of a permission. */
export function description({ id, name }: Permission, text: string | null): Proposal {
  return mutationProposal({
    title: texts.describeTitle(name),
    sections: [{ key: id, title: name, lines: [{ sign: "set", text: text ?? texts.noDescription }] }],
    document: DescribePermissionMutation,
    variables: () => ({ id, input: { description: text } }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}
