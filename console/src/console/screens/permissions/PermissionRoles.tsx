import { Badge, Group, Stack, Table, Text } from "@mantine/core";
import { Card } from "../../components/Card";
import { RoleLink } from "../../components/links";
import { RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useDraft } from "../../draft/store";
import { useLack } from "../../session/context";
import { texts } from "../../texts/permissions";
import type { Permission } from "./proposals";

/** Roles that have a permission, granted or inherited; grants and revocations go to the draft. */
export function PermissionRoles({ permission }: { readonly permission: Permission }) {
  const { draft, add } = useDraft();
  const lack = useLack();
  const granted = permission.grantedRoles ?? [];
  const inherited = (permission.authorizedRoles ?? []).filter(({ id }) => !granted.some((role) => role.id === id));
  const isDrafted = (roleId: string) =>
    draft.changes.some((change) => (change.kind === "grant" || change.kind === "revoke") && change.role.id === roleId && change.permission.id === permission.id);
  const reason = lack("permission:grant");
  return (
    <Card>
      <Stack gap="sm">
        {granted.length + inherited.length === 0 && <Text className="faint">{texts.noRoles}</Text>}
        <Table>
          <Table.Tbody>
            {granted.map((role) => (
              <Table.Tr key={role.id}>
                <Table.Td><RoleLink role={role} /> {isDrafted(role.id) && <Badge size="xs" color="yellow" variant="light">{texts.drafted}</Badge>}</Table.Td>
                <Table.Td>{texts.granted}</Table.Td>
                <Table.Td ta="right">
                  <ReasonedButton reason={reason} size="compact-sm" variant="subtle" onClick={() => add({ kind: "revoke", role, permission }, { role, version: role.version })}>
                    {texts.revoke}
                  </ReasonedButton>
                </Table.Td>
              </Table.Tr>
            ))}
            {inherited.map((role) => (
              <Table.Tr key={role.id}>
                <Table.Td><RoleLink role={role} /></Table.Td>
                <Table.Td className="faint">{texts.inherited}</Table.Td>
                <Table.Td />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {reason === null && (
          <Group maw={320}>
            <RolePicker label={texts.grantTo} value={null} except={granted.map(({ id }) => id)} onChange={(role) => role && add({ kind: "grant", role, permission })} />
          </Group>
        )}
      </Stack>
    </Card>
  );
}
