import { Button, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { RoleLink } from "../../components/links";
import { ActivationDialog } from "../../layout/ActivationDialog";
import { useViewer } from "../../session/context";
import { texts } from "../../texts/people";

/** Roles of the reader, and whether each is active in this session. */
export function MyRoles() {
  const { session, inactiveRoles } = useViewer();
  const [isChoosing, dialog] = useDisclosure(false);
  const active = (session?.activeRoles ?? []).map((role) => ({ ...role, isActive: true }));
  const inactive = inactiveRoles.map((role) => ({ ...role, isActive: false }));
  const roles = [...active, ...inactive].sort((a, b) => a.name.localeCompare(b.name));
  if (roles.length === 0) return <Text className="faint">{texts.me.rolesNone}</Text>;
  return (
    <Stack gap="sm" align="start">
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.roles.columns.role}</Table.Th>
            <Table.Th>{texts.me.status}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roles.map(({ id, name, isActive }) => (
            <Table.Tr key={id}>
              <Table.Td><RoleLink role={{ id, name }} /></Table.Td>
              <Table.Td>
                <span className={isActive ? "allowed" : "warning"}>{isActive ? texts.me.active : texts.me.inactive}</span>{" "}
                <Text span className="faint" size="xs">{isActive ? texts.me.activeWhy : texts.me.inactiveWhy}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button variant="default" onClick={dialog.open}>{texts.me.choose}</Button>
      {isChoosing && <ActivationDialog onClose={dialog.close} />}
    </Stack>
  );
}
