import { Stack, Table, Text } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { UserLink } from "../../components/links";
import { pageArguments, Pager } from "../../components/Pager";
import { State } from "../../components/State";
import { texts } from "../../texts/permissions";
import { PermissionQuery, PermissionUsersQuery } from "./documents";

const route = getRouteApi("/permissions/$id");

/** Users who have a permission, by whatever path, and those with a direct grant. */
export function PermissionUsers({ id }: { readonly id: string }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const query = useApi(PermissionUsersQuery, { id, ...pageArguments(search) }, { keep: true });
  const name = useApi(PermissionQuery, { id }).data?.data.permission?.name ?? "";
  return (
    <State query={query}>
      {({ permission }, answer) => (
        <Stack gap="md">
          <Card error={errorAt(answer, "permission.authorizedUsers")}>
            {permission?.authorizedUsers?.nodes.length === 0 && <Text className="faint">{texts.noUsers}</Text>}
            <Table>
              <Table.Tbody>
                {(permission?.authorizedUsers?.nodes ?? []).map((user) => (
                  <Table.Tr key={user.id}>
                    <Table.Td><UserLink user={user} /></Table.Td>
                    <Table.Td className="faint">{user.displayName}</Table.Td>
                    <Table.Td><Link to="/why" search={{ user: user.id, permission: name }} className="link">{texts.why}</Link></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            {permission?.authorizedUsers && (
              <Pager page={permission.authorizedUsers.pageInfo} total={permission.authorizedUsers.totalCount} onPage={(page) => void navigate({ to: "/permissions/$id", params: { id }, search: { ...search, after: undefined, before: undefined, ...page } })} />
            )}
          </Card>
          <Card title={texts.direct} error={errorAt(answer, "permission.directUsers")}>
            {permission?.directUsers?.nodes.length === 0 && <Text className="faint">{texts.noDirect}</Text>}
            {(permission?.directUsers?.nodes ?? []).map((user) => <Text key={user.id}><UserLink user={user} /></Text>)}
          </Card>
        </Stack>
      )}
    </State>
  );
}
