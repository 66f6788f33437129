import { Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { useApi } from "../../api/hooks";
import { RoleLink } from "../../components/links";
import type { Named } from "../../draft/changes";
import { useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { UserHierarchyQuery } from "./documents";
import { type Inherited, inheritedRoles } from "./inheritance";

interface Props {
  readonly userId: string;
  readonly assigned: readonly Named[];
  readonly authorized: readonly Named[];
}

/** Roles that the user has through others, faded, with a path to each. */
export function InheritedRoles({ userId, assigned, authorized }: Props) {
  const may = useMay();
  const hierarchy = useApi(UserHierarchyQuery, { id: userId }, { enabled: may("role:read") });
  const nodes = hierarchy.data?.data.user?.authorizedRoles;
  const inherited: readonly Inherited[] = nodes
    ? inheritedRoles(assigned, nodes)
    : authorized.filter(({ id }) => !assigned.some((role) => role.id === id)).map((role) => ({ role, path: [] }));
  if (inherited.length === 0) return <Text className="faint">{texts.roles.inheritedNone}</Text>;
  return (
    <>
      {!may("role:read") && <Text className="faint">{texts.roles.inheritedUnknown}</Text>}
      <Table verticalSpacing={4} className="faint">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.roles.columns.role}</Table.Th>
            <Table.Th>{texts.roles.columns.path}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {inherited.map(({ role, path }) => (
            <Table.Tr key={role.id}>
              <Table.Td><RoleLink role={role} /></Table.Td>
              <Table.Td>{path.map(({ id, name }, index) => <Fragment key={id}>{index > 0 && " > "}{name}</Fragment>)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
