import { Box, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { request } from "../../api/request";
import { Card } from "../../components/Card";
import { csvOf, download } from "../../components/csv";
import { GrantPath } from "../../components/GrantPath";
import { UserLink } from "../../components/links";
import { Pager } from "../../components/Pager";
import { RolePicker } from "../../components/pickers";
import { State } from "../../components/State";
import type { WhyHoldersQuery, WhyHoldersQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { HoldersQuery } from "./documents";
import { HeldBy } from "./HeldBy";
import { TermCells, TermHeads } from "./PathTable";
import type { Subject } from "./question";
import { stepsOf } from "./steps";
import type { WhySearch } from "./search";

const route = getRouteApi("/why");
const PAGE = 50;
const CSV_ROWS = 10_000;
const { columns } = texts.why;

type Holder = NonNullable<WhyHoldersQuery["users"]>["nodes"][number];

interface Props {
  readonly variables: WhyHoldersQueryVariables;
  readonly via: Subject | null;
}

/** Everybody who may do something, each with the path. */
export function Holders({ variables, via }: Props) {
  const navigate = useNavigate();
  const search: WhySearch = route.useSearch();
  const query = useApi(HoldersQuery, variables, { keep: true });
  const { permission } = variables;
  return (
    <State query={query}>
      {({ permissionByName, users }, answer) => {
        const error = errorAt(answer, "permissionByName");
        if (!permissionByName && !error) return <Card><Text fz="lg" role="status">{texts.why.unknownPermission(permission)}</Text></Card>;
        return (
          <Stack gap="sm">
            <Group justify="space-between" align="end">
              <Stack gap={2}>
                <Title order={2}>{texts.why.who(permission)}</Title>
                {permissionByName && <HeldBy roles={permissionByName.authorizedRoles ?? []} />}
              </Stack>
              <Group align="end" gap="xs">
                <Box w={200}>
                  <RolePicker
                    label={texts.why.via}
                    placeholder={texts.why.anyRole}
                    value={via}
                    onChange={(choice) => void navigate({ to: "/why", search: { permission, ...(choice ? { via: choice.name } : {}) } })}
                  />
                </Box>
                <CsvButton variables={variables} />
              </Group>
            </Group>
            {users ? (
              <>
                <HolderTable users={users.nodes} permission={permission} />
                <Pager page={users.pageInfo} total={users.totalCount} onPage={(page) => void navigate({ to: "/why", search: { ...search, after: undefined, before: undefined, ...page } })} />
              </>
            ) : (
              <Card error={errorAt(answer, "users")} />
            )}
          </Stack>
        );
      }}
    </State>
  );
}

function HolderTable({ users, permission }: { readonly users: readonly Holder[]; readonly permission: string }) {
  if (users.length === 0) return <Card><Text className="faint">{texts.why.nobody}</Text></Card>;
  return (
    <div className="table-scroll">
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{columns.user}</Table.Th><Table.Th>{columns.path}</Table.Th><TermHeads /></Table.Tr></Table.Thead>
        <Table.Tbody>
          {users.flatMap((user) =>
            pathsOf(user).map((path, index) => (
              <Table.Tr key={`${user.id} ${path.text}`}>
                <Table.Td>{index === 0 && <UserLink user={user} />}</Table.Td>
                <Table.Td><GrantPath steps={stepsOf(user.username, path, permission)} /></Table.Td>
                <TermCells path={path} />
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function pathsOf({ effectivePermissions }: Holder) {
  return effectivePermissions?.nodes[0]?.paths ?? [];
}

/** Downloads all holders, whatever the page that is shown. */
function CsvButton({ variables }: { readonly variables: WhyHoldersQueryVariables }) {
  const [isReading, setReading] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const save = async () => {
    setReading(true);
    try {
      const holders = await readAll(variables);
      const rows = holders.flatMap((user) => pathsOf(user).map((path) => [user.username, path.text, path.grantedAt, path.expiresAt, path.grantedBy?.username, path.reason]));
      download(`${variables.permission}.csv`, "text/csv", csvOf([columns.user, columns.path, columns.since, columns.until, columns.by, columns.reason], rows));
      setNote(holders.length >= CSV_ROWS ? texts.csvPart(rows.length) : null);
    } catch (error) {
      setNote(error instanceof Error ? error.message : String(error));
    } finally {
      setReading(false);
    }
  };
  return (
    <Stack gap={2}>
      {note && <Text className="warning" size="sm" role="status">{note}</Text>}
      <Button variant="default" loading={isReading} onClick={() => void save()}>{texts.csv}</Button>
    </Stack>
  );
}

async function readAll(variables: WhyHoldersQueryVariables): Promise<readonly Holder[]> {
  const holders: Holder[] = [];
  let after: string | null = null;
  do {
    const answer: { readonly data: WhyHoldersQuery } = await request(HoldersQuery, { ...variables, first: PAGE, after, last: null, before: null });
    const { users } = answer.data;
    holders.push(...(users?.nodes ?? []));
    after = users?.pageInfo.hasNextPage ? (users.pageInfo.endCursor ?? null) : null;
  } while (after !== null && holders.length < CSV_ROWS);
  return holders;
}
