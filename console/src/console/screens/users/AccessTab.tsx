import { Group, Stack, Table, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Refusal } from "../../components/Card";
import { FilterField } from "../../components/FilterField";
import { PermissionLink } from "../../components/links";
import { pageArguments, Pager } from "../../components/Pager";
import { State } from "../../components/State";
import { Until } from "../../components/When";
import { texts } from "../../texts/people";
import { UserAccessQuery } from "./documents";
import type { Head } from "./proposals";
import { useRare } from "./rare";
import { type Holding, Sources } from "./Sources";
import { WhyNot } from "./WhyNot";

/** Permissions of a user, each with all of its sources. */
export function AccessTab({ user }: { readonly user: Head }) {
  const search = useSearch({ from: "/users/$id" });
  const navigate = useNavigate({ from: "/users/$id" });
  const query = useApi(UserAccessQuery, { id: user.id, ...pageArguments(search), search: search.search ?? null }, { keep: true });
  return (
    <Stack gap="md">
      <Group align="end" justify="space-between" gap="md">
        <FilterField
          label={texts.access.filter}
          placeholder={texts.access.filterHint}
          value={search.search}
          onChange={(value) => void navigate({ search: { tab: search.tab, search: value } })}
        />
        <WhyNot userId={user.id} />
      </Group>
      <State query={query}>
        {(data, answer) => {
          const error = errorAt(answer, "user.effectivePermissions");
          const page = data.user?.effectivePermissions;
          if (error || !page) return error ? <Refusal error={error} /> : null;
          return (
            <>
              <HoldingTable holdings={page.nodes} userId={user.id} empty={search.search ? texts.access.noMatch : texts.access.empty} />
              <Pager page={page.pageInfo} total={page.totalCount} onPage={(position) => void navigate({ search: { tab: search.tab, search: search.search, ...position } })} />
            </>
          );
        }}
      </State>
    </Stack>
  );
}

interface TableProps {
  readonly holdings: readonly Holding[];
  readonly userId: string;
  readonly empty: string;
}

/** Permissions with their sources and ends. */
export function HoldingTable({ holdings, userId, empty }: TableProps) {
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
