import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { Card } from "../../components/Card";
import { RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { UntilPicker } from "../../components/UntilPicker";
import type { Named } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { useLack, useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { useAssignObstacle } from "./assignable";

interface Props {
  readonly users: readonly Named[];
  readonly onDone: () => void;
}

/** Assigns one role to the selected users, in the draft. */
export function BulkAssign({ users, onDone }: Props) {
  const { add } = useDraft();
  const may = useMay();
  const lack = useLack();
  const [role, setRole] = useState<Named | null>(null);
  const [expiresAt, setExpiresAt] = useState<string | null>(null);
  const obstacle = useAssignObstacle(role);
  const assign = () => {
    if (!role) return;
    for (const user of users) add({ kind: "assign", user, role: { id: role.id, name: role.name }, expiresAt, reason: null });
    onDone();
  };
  return (
    <Card>
      <Group gap="sm" align="end">
        <Text fw={600} role="status" pb={8}>{texts.users.ticked(users.length)}</Text>
        {may("role:read") && <RolePicker label={texts.users.assign} value={role} onChange={setRole} />}
        <UntilPicker onChange={setExpiresAt} />
        <ReasonedButton reason={lack("role:assign") ?? obstacle} onClick={assign}>{texts.addToDraft}</ReasonedButton>
        <Button variant="subtle" onClick={onDone}>{texts.users.untick}</Button>
      </Group>
    </Card>
  );
}
