import { Stack, Table, Text, Title } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { GrantPath } from "../../components/GrantPath";
import { PermissionLink } from "../../components/links";
import { Pager } from "../../components/Pager";
import { NotFound, State } from "../../components/State";
import type { WhyUserPermissionsQuery, WhyUserPermissionsQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { UserPermissionsQuery } from "./documents";
import { TermCells, TermHeads } from "./PathTable";
import { stepsOf } from "./steps";
import type { WhySearch } from "./search";

const route = getRouteApi("/why");
const { columns } = texts.why;

type Held = NonNullable<NonNullable<WhyUserPermissionsQuery["user"]>["effectivePermissions"]>["nodes"][number];

/** Everything that a user may do, each permission with its source. */
export function UserPermissions({ variables }: { readonly variables: WhyUserPermissionsQueryVariables }) {
  const navigate = useNavigate();
  const search: WhySearch = route.useSearch();
  const query = useApi(UserPermissionsQuery, variables, { keep: true });
  return (
    <State query={query}>
      {({ user }, answer) => {
        if (!user) return <Card error={errorAt(answer, "user")}><NotFound /></Card>;
        const held = user.effectivePermissions;
        if (!held) return <Card error={errorAt(answer, "user.effectivePermissions")} />;
        return (
          <Stack gap="sm">
            <Title order={2}>{texts.why.what(user.username)}</Title>
            {held.nodes.length === 0 ? <Card><Text className="faint">{texts.why.nothing(user.username)}</Text></Card> : <HeldTable name={user.username} held={held.nodes} />}
            <Pager page={held.pageInfo} total={held.totalCount} onPage={(page) => void navigate({ to: "/why", search: { ...search, after: undefined, before: undefined, ...page } })} />
            <Text size="sm"><Link to="/audit" search={{ involving: user.id }} className="link">{texts.why.history(user.username)}</Link></Text>
          </Stack>
        );
      }}
    </State>
  );
}

function HeldTable({ name, held }: { readonly name: string; readonly held: readonly Held[] }) {
  return (
    <div className="table-scroll">
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{columns.permission}</Table.Th><Table.Th>{columns.source}</Table.Th><TermHeads /></Table.Tr></Table.Thead>
        <Table.Tbody>
          {held.flatMap(({ permission, paths }) =>
            paths.map((path, index) => (
              <Table.Tr key={`${permission.id} ${path.text}`}>
                <Table.Td>{index === 0 && <PermissionLink permission={permission} />}</Table.Td>
                <Table.Td><GrantPath steps={stepsOf(name, path, permission.name).slice(0, -1)} /></Table.Td>
                <TermCells path={path} />
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
    </div>
  );
}
