import { Button, Group, Table, Text } from "@mantine/core";
import { type Change, type ChangeKind, isAddition, linkOf, type Named, objectOf } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { texts } from "../../texts/people";
import { Until } from "../../components/When";

interface Drafted {
  readonly change: Change;
  /** The role or permission that the change is about. */
  readonly link: Named;
}

/** Changes of the draft that are about a user and of some kinds. */
export function draftedFor(changes: readonly Change[], userId: string, ...kinds: readonly ChangeKind[]): readonly Drafted[] {
  return changes.flatMap((change) => {
    const link = linkOf(change);
    return link && objectOf(change).id === userId && kinds.includes(change.kind) ? [{ change, link }] : [];
  });
}

/** A row of a table that the draft adds, changes or removes, with a button that takes the change out. */
export function DraftedRow({ change, columns }: { readonly change: Change; readonly columns: number }) {
  const { remove } = useDraft();
  const name = linkOf(change)?.name ?? "";
  return (
    <Table.Tr data-drafted={isAddition(change) ? "added" : "removed"}>
      <Table.Td colSpan={columns}>
        <Group gap="sm" justify="space-between" wrap="nowrap">
          <Text>
            <span aria-hidden>{isAddition(change) ? "▲" : "▽"}</span>{" "}
            <b>{name}</b> {"expiresAt" in change && <Until at={change.expiresAt} />} <span className="faint">{texts.inDraft}</span>
          </Text>
          <Button size="compact-sm" variant="default" flex="none" aria-label={texts.roles.takeOutOf(name)} onClick={() => remove(change)}>{texts.takeOut}</Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
