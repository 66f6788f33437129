import { Badge, Table, Text } from "@mantine/core";
import { useApi } from "../../api/hooks";
import { RoleLink } from "../../components/links";
import { Pager, type PageSearch } from "../../components/Pager";
import { FieldState } from "../../components/State";
import type { RolesQuery as Result, RolesQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/roles";
import { RolesQuery } from "./documents";

type Row = NonNullable<Result["roles"]>["nodes"][number];

interface Props {
  readonly variables: RolesQueryVariables;
  readonly onPage: (page: PageSearch) => void;
}

/** A page of roles with the numbers of their permissions and members. */
export function RoleList({ variables, onPage }: Props) {
  const query = useApi(RolesQuery, variables, { keep: true });
  return (
    <FieldState query={query} path="roles" field={({ roles }) => roles}>
      {(roles) => {
        if (roles.nodes.length === 0) return <Text className="faint">{texts.empty}</Text>;
        return (
          <>
            <div className="table-scroll">
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{texts.name}</Table.Th>
                    <Table.Th>{texts.description}</Table.Th>
                    <Table.Th>{texts.permissions}</Table.Th>
                    <Table.Th>{texts.members}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>{roles.nodes.map((role) => <RoleRow key={role.id} role={role} />)}</Table.Tbody>
              </Table>
            </div>
            <Pager page={roles.pageInfo} total={roles.totalCount} onPage={onPage} />
          </>
        );
      }}
    </FieldState>
  );
}

function RoleRow({ role }: { readonly role: Row }) {
  const inherited = new Set((role.effectivePermissions ?? []).filter(({ isInherited }) => isInherited).map(({ permission }) => permission.id));
  return (
    <Table.Tr>
      <Table.Td><RoleLink role={role} /> <RoleBadges role={role} /></Table.Td>
      <Table.Td className="faint">{role.description}</Table.Td>
      <Table.Td>{role.permissions ? texts.permissionCounts(role.permissions.length, inherited.size) : "–"}</Table.Td>
      <Table.Td>{role.assignedUsers?.totalCount ?? "–"}</Table.Td>
    </Table.Tr>
  );
}

/** What is special about a role. */
export function RoleBadges({ role }: { readonly role: Pick<Row, "isSystem" | "isDefault" | "requiresActivation"> }) {
  return (
    <>
      {role.isSystem && <Badge size="xs" variant="light" color="gray">{texts.system}</Badge>}{" "}
      {role.isDefault && <Badge size="xs" variant="light">{texts.isDefault}</Badge>}{" "}
      {role.requiresActivation && <Badge size="xs" variant="light" color="yellow">{texts.requiresActivation}</Badge>}
    </>
  );
}
