import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { client } from "../api/client";
import { mutate } from "../api/mutate";
import { useViewer } from "../session/context";
import { ActivateMutation, DeactivateMutation } from "../session/documents";
import { sessionChanged } from "../session/store";
import { texts } from "../texts/shell";

/** Chooses which of the user's roles are active in this session (AddActiveRole, DropActiveRole). */
export function ActivationDialog({ onClose }: { readonly onClose: () => void }) {
  const { session, inactiveRoles } = useViewer();
  const active = session?.activeRoles ?? [];
  const roles = [...active, ...inactiveRoles].sort((a, b) => a.name.localeCompare(b.name));
  const [chosen, setChosen] = useState<readonly string[]>(active.map(({ id }) => id));
  const [refusal, setRefusal] = useState<string | null>(null);
  const isActive = (id: string) => active.some((role) => role.id === id);
  const change = async (ids: readonly string[]) => {
    setRefusal(null);
    const dropped = active.filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
    const added = ids.filter((id) => !isActive(id));
    try {
      // Roles are deactivated first: one that is dropped may conflict with one that is added.
      const first = dropped.length > 0 ? (await mutate(DeactivateMutation, { ids: dropped })).data.sessionDeactivateRoles : null;
      const second = added.length > 0 && !first?.userErrors.length ? (await mutate(ActivateMutation, { ids: added })).data.sessionActivateRoles : null;
      const [problem] = [...(first?.userErrors ?? []), ...(second?.userErrors ?? [])];
      await sessionChanged();
      await client.invalidateQueries();
      if (problem) setRefusal(problem.message);
      else onClose();
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <Modal opened onClose={onClose} title={texts.account.activation} closeButtonProps={{ "aria-label": texts.close }}>
      <Stack gap="sm">
        {roles.map(({ id, name }) => <Checkbox key={id} label={name} checked={chosen.includes(id)} onChange={() => toggle(id)} />)}
        {roles.length === 0 && <Text className="faint">{texts.none}</Text>}
        <div role="alert">{refusal && <Text className="denied">{refusal}</Text>}</div>
        <Group>
          <Button onClick={() => void change(chosen)}>{texts.apply}</Button>
          {inactiveRoles.length > 0 && (
            <Button variant="default" onClick={() => void change(roles.map(({ id }) => id))}>{texts.account.allRoles}</Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
