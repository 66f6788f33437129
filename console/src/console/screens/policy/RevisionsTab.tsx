import { Stack, Table, Text } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { UserLink } from "../../components/links";
import { pageArguments, Pager } from "../../components/Pager";
import { State } from "../../components/State";
import { When } from "../../components/When";
import type { PolicyRevisionsQuery } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { Sentence } from "../audit/Sentence";
import { RevisionsQuery } from "./documents";
import { Rollback } from "./Rollback";
import type { PolicySearch } from "./search";

const route = getRouteApi("/policy");

type Revision = NonNullable<PolicyRevisionsQuery["policyRevisions"]>["nodes"][number];

/** Past revisions of the policy, with the way back to each. */
export function RevisionsTab() {
  const search: PolicySearch = route.useSearch();
  const navigate = useNavigate();
  const query = useApi(RevisionsQuery, pageArguments(search), { keep: true });
  const go = (next: Partial<PolicySearch>) => void navigate({ to: "/policy", search: { ...search, revision: undefined, after: undefined, before: undefined, ...next } });
  return (
    <Stack gap="md">
      {search.revision !== undefined && <Rollback id={search.revision} onClose={() => go({ after: search.after, before: search.before })} />}
      <State query={query}>
        {({ policyRevisions }, answer) => {
          if (!policyRevisions) return <Card error={errorAt(answer, "policyRevisions")} />;
          const { nodes, pageInfo, totalCount } = policyRevisions;
          if (nodes.length === 0) return <Card><Text className="faint">{texts.policy.noRevisions}</Text></Card>;
          return (
            <>
              <RevisionTable revisions={nodes} hasCurrent={!pageInfo.hasPreviousPage} />
              <Pager page={pageInfo} total={totalCount} onPage={go} />
            </>
          );
        }}
      </State>
    </Stack>
  );
}

function RevisionTable({ revisions, hasCurrent }: { readonly revisions: readonly Revision[]; readonly hasCurrent: boolean }) {
  const search: PolicySearch = route.useSearch();
  const { columns } = texts.policy;
  return (
    <div className="table-scroll">
      <Table>
        <Table.Thead>
          <Table.Tr><Table.Th>{columns.number}</Table.Th><Table.Th>{columns.at}</Table.Th><Table.Th>{columns.by}</Table.Th><Table.Th>{columns.summary}</Table.Th><Table.Th>{columns.action}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {revisions.map(({ id, number, at, by, summary }, index) => (
            <Table.Tr key={id}>
              <Table.Td>{number}</Table.Td>
              <Table.Td className="nowrap"><When at={at} /></Table.Td>
              <Table.Td>{by ? <UserLink user={by} /> : <span className="faint">{texts.policy.system}</span>}</Table.Td>
              <Table.Td><Sentence text={summary} /></Table.Td>
              <Table.Td className="nowrap">
                {hasCurrent && index === 0
                  ? <span className="faint">{texts.policy.current}</span>
                  : <Link to="/policy" search={{ ...search, revision: id }} className="link">{texts.policy.back(number)}</Link>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
