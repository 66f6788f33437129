import { Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { PermissionLink, RoleLink } from "../../components/links";
import { NotFound, State } from "../../components/State";
import type { WhyRolePermissionsQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { RolePermissionsQuery } from "./documents";

const { columns } = texts.why;

/** Everything that a role grants, each permission with its source. */
export function RolePermissions({ variables }: { readonly variables: WhyRolePermissionsQueryVariables }) {
  const query = useApi(RolePermissionsQuery, variables);
  return (
    <State query={query}>
      {({ role }, answer) => {
        if (!role) return <Card error={errorAt(answer, "role")}><NotFound /></Card>;
        const held = role.effectivePermissions;
        if (!held) return <Card error={errorAt(answer, "role.effectivePermissions")} />;
        if (held.length === 0) return <Card><Text className="faint">{texts.why.nothing(role.name)}</Text></Card>;
        return (
          <Stack gap="sm">
            <Title order={2}>{texts.why.grants(role.name)}</Title>
            <div className="table-scroll">
              <Table>
                <Table.Thead><Table.Tr><Table.Th>{columns.permission}</Table.Th><Table.Th>{columns.source}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {held.map(({ permission, source, pattern, isInherited }) => (
                    <Table.Tr key={`${permission.id} ${source.id} ${pattern ?? ""}`}>
                      <Table.Td><PermissionLink permission={permission} /></Table.Td>
                      <Table.Td><Source source={source} pattern={pattern} isInherited={isInherited} /></Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
            <Text size="sm"><Link to="/audit" search={{ involving: role.id }} className="link">{texts.why.history(role.name)}</Link></Text>
          </Stack>
        );
      }}
    </State>
  );
}

interface SourceProps {
  readonly source: { readonly id: string; readonly name: string };
  readonly pattern: string | null;
  readonly isInherited: boolean;
}

/** Where a role has a permission from. */
export function Source({ source, pattern, isInherited }: SourceProps) {
  return (
    <>
      {isInherited ? texts.why.inherited(<RoleLink role={source} />) : texts.why.itself}
      {pattern !== null && texts.why.pattern(pattern)}
    </>
  );
}
