import { Button, Group, Text } from "@mantine/core";
import type { PagePartsFragment } from "../gql/graphql";
import { texts } from "../texts/shell";

/** Position of a page in the address: after or before a cursor. */
export interface PageSearch {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

interface Props {
  readonly page: PagePartsFragment;
  readonly total: number;
  readonly onPage: (search: PageSearch) => void;
}

export const PAGE_SIZE = 50;

/** Arguments of a connection for a position. */
export function pageArguments({ after, before }: PageSearch) {
  return before === undefined ? { first: PAGE_SIZE, after: after ?? null } : { last: PAGE_SIZE, before };
}

/** Reads the position from the search parameters of an address. */
export function pageSearch(search: Record<string, unknown>): PageSearch {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return { after: text(search["after"]), before: text(search["before"]) };
}

/** Buttons to the neighbouring pages of a list, with the number of all items. */
export function Pager({ page, total, onPage }: Props) {
  return (
    <Group gap="xs" justify="space-between">
      <Text className="faint" size="sm">{texts.total(total)}</Text>
      <Group gap="xs">
        <Button variant="default" size="compact-sm" disabled={!page.hasPreviousPage} onClick={() => onPage({ before: page.startCursor ?? undefined })}>
          {texts.previous}
        </Button>
        <Button variant="default" size="compact-sm" disabled={!page.hasNextPage} onClick={() => onPage({ after: page.endCursor ?? undefined })}>
          {texts.next}
        </Button>
      </Group>
    </Group>
  );
}
