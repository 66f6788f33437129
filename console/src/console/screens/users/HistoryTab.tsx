import { Stack, Table, Text } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { pageArguments, Pager } from "../../components/Pager";
import { FieldState } from "../../components/State";
import { When } from "../../components/When";
import type { UserHistoryQuery as Result } from "../../gql/graphql";
import { useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { UserHistoryQuery } from "./documents";
import type { Head } from "./proposals";

type Event = NonNullable<NonNullable<Result["user"]>["auditTrail"]>["nodes"][number];

const { columns, outcomes } = texts.history;

/** What a user did and what concerned the user, newest first. */
export function HistoryTab({ user }: { readonly user: Head }) {
  const search = useSearch({ from: "/users/$id" });
  const navigate = useNavigate({ from: "/users/$id" });
  const query = useApi(UserHistoryQuery, { id: user.id, ...pageArguments(search) }, { keep: true });
  return (
    <FieldState query={query} path="user.auditTrail" field={({ user }) => user?.auditTrail}>
      {(page) => (
        <Stack gap="md">
          {page.nodes.length === 0 ? <Text className="faint">{texts.history.none}</Text> : <EventTable events={page.nodes} userId={user.id} />}
          <Pager page={page.pageInfo} total={page.totalCount} onPage={(position) => void navigate({ search: { tab: search.tab, ...position } })} />
        </Stack>
      )}
    </FieldState>
  );
}

function EventTable({ events, userId }: { readonly events: readonly Event[]; readonly userId: string }) {
  const may = useMay();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={texts.user.tabs.history}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{columns.at}</Table.Th>
            <Table.Th>{columns.event}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.reason}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map(({ id, at, summary, outcome, reason }) => (
            <Table.Tr key={id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}><When at={at} /></Table.Td>
              <Table.Td>
                {may("audit:read") ? <Link className="link" to="/audit" search={{ involving: userId, event: id }}>{summary}</Link> : summary}{" "}
                {outcome !== "SUCCESS" && <span className="denied">{outcomes[outcome]}</span>}
              </Table.Td>
              <Table.Td visibleFrom="sm">{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
