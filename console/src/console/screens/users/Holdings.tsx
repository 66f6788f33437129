import { Table, Text } from "@mantine/core";
import { useApi } from "../../api/hooks";
import { PermissionLink } from "../../components/links";
import { pageArguments, Pager, type PageSearch } from "../../components/Pager";
import { FieldState } from "../../components/State";
import { Until } from "../../components/When";
import { texts } from "../../texts/people";
import { UserAccessQuery } from "./documents";
import { useRare } from "./rare";
import { type Holding, Sources } from "./Sources";

interface Props {
  readonly userId: string;
  readonly search: PageSearch & { readonly search?: string | undefined };
  /** What to say of a user without permissions. */
  readonly empty: string;
  readonly onPage: (position: PageSearch) => void;
}

/** A page of the permissions of a user, each with all of its sources. */
export function Holdings({ userId, search, empty, onPage }: Props) {
  const query = useApi(UserAccessQuery, { id: userId, ...pageArguments(search), search: search.search ?? null }, { keep: true });
  return (
    <FieldState query={query} path="user.effectivePermissions" field={({ user }) => user?.effectivePermissions}>
      {(page) => (
        <>
          <HoldingTable holdings={page.nodes} userId={userId} empty={search.search ? texts.access.noMatch : empty} />
          <Pager page={page.pageInfo} total={page.totalCount} onPage={onPage} />
        </>
      )}
    </FieldState>
  );
}

interface TableProps {
  readonly holdings: readonly Holding[];
  readonly userId: string;
  readonly empty: string;
}

/** Permissions with their sources and ends. */
function HoldingTable({ holdings, userId, empty }: TableProps) {
  const rare = useRare(userId);
  if (holdings.length === 0) return <Text className="faint">{empty}</Text>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={texts.user.tabs.access}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.access.permission}</Table.Th>
            <Table.Th>{texts.access.source}</Table.Th>
            <Table.Th visibleFrom="sm">{texts.access.until}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {holdings.map((holding) => (
            <Table.Tr key={holding.permission.id}>
              <Table.Td style={{ verticalAlign: "top" }}>
                <PermissionLink permission={holding.permission} />
              </Table.Td>
              <Table.Td><Sources holding={holding} rare={rare} /></Table.Td>
              <Table.Td visibleFrom="sm" style={{ verticalAlign: "top" }}><Until at={lastEnd(holding)} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** End of the path that ends last; null when one is permanent. */
function lastEnd({ paths }: Holding): string | null {
  const ends = paths.map(({ expiresAt }) => expiresAt);
  return ends.reduce((last, end) => (last === null || end === null ? null : Date.parse(end) > Date.parse(last) ? end : last), ends[0] ?? null);
}
