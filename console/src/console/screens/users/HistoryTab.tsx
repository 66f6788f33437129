import { Stack, Table, Text } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Refusal } from "../../components/Card";
import { pageArguments, Pager } from "../../components/Pager";
import { State } from "../../components/State";
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
    <State query={query}>
      {(data, answer) => {
        const error = errorAt(answer, "user.auditTrail");
        const page = data.user?.auditTrail;
        if (error || !page) return error ? <Refusal error={error} /> : null;
        return (
          <Stack gap="md">
            {page.nodes.length === 0 ? <Text className="faint">{texts.history.none}</Text> : <EventTable events={page.nodes} userId={user.id} />}
            <Pager page={page.pageInfo} total={page.totalCount} onPage={(position) => void navigate({ search: { tab: search.tab, ...position } })} />
          </Stack>
        );
      }}
    </State>
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
