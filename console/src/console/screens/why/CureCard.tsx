import { Badge, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Card } from "../../components/Card";
import { ReasonedButton } from "../../components/ReasonedButton";
import { UntilPicker } from "../../components/UntilPicker";
import { hasChange, type Named } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import { texts as shell } from "../../texts/shell";
import { changeOf, type Cure, makesAdministrator } from "./cures";

const NAMES_SHOWN = 4;

interface Props {
  readonly cure: Cure;
  readonly user: Named;
  readonly permission: Named & { readonly isSystem: boolean; readonly action: string };
}

/** One change that would allow the access: what else it does, and a button to draft it. */
export function CureCard({ cure, user, permission }: Props) {
  const [expiresAt, setExpiresAt] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const { draft, add } = useDraft();
  const may = useMay();
  const change = changeOf(cure, user, { id: permission.id, name: permission.name }, { expiresAt, reason: reason.trim() || null });
  if (!change) return null;
  const isSuggested = !makesAdministrator(cure, permission);
  const refusal = obstacleOf(cure, may);
  const hasTerms = refusal === null && (change.kind === "assign" || change.kind === "grantUser");
  const isDrafted = hasChange(draft.changes, change);
  const base = change.kind === "grant" && cure.role ? { role: change.role, version: cure.role.version } : undefined;
  return (
    <Card>
      <Group justify="space-between" gap="md">
        <Effect cure={cure} user={user.name} permission={permission.name} isSuggested={isSuggested} />
        {isSuggested ? (
          <Group gap="xs" align="end">
            {hasTerms && <UntilPicker onChange={setExpiresAt} />}
            {hasTerms && <TextInput label={texts.why.because} maxLength={1000} value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />}
            <ReasonedButton reason={isDrafted ? texts.why.drafted : refusal} onClick={() => add(change, base)}>{texts.why.add}</ReasonedButton>
          </Group>
        ) : (
          <Badge variant="default" size="lg" tt="none">{texts.why.notSuggested}</Badge>
        )}
      </Group>
    </Card>
  );
}

interface EffectProps {
  readonly cure: Cure;
  readonly user: string;
  readonly permission: string;
  readonly isSuggested: boolean;
}

function Effect({ cure, user, permission, isSuggested }: EffectProps) {
  const { kind, role, permissionsAdded, usersAffected, blockedBy } = cure;
  const holders = kind === "GRANT_TO_ROLE" ? (role?.authorizedUsers?.nodes ?? []) : [];
  const users = holders.filter(({ permissionNames }) => !permissionNames?.includes(permission)).slice(0, NAMES_SHOWN);
  return (
    <Stack gap={2} flex="1 1 300px">
      <Text>
        <b>{texts.why.cure[kind](user, permission, role?.name ?? "")}</b>{" "}
        <span className="faint">{texts.why.adds(permissionsAdded)}{usersAffected > 1 ? <b>{texts.why.people(usersAffected)}</b> : texts.why.people(usersAffected)}</span>
        {users.length > 0 && usersAffected > 1 && <span className="faint">: {users.map(({ username }) => username).join(", ")}{usersAffected > users.length && " …"}</span>}
      </Text>
      {!isSuggested && <Text className="denied" size="sm">{texts.why.administrator(user)}</Text>}
      {kind === "GRANT_DIRECTLY" && <Text className="warning" size="sm">⚠ {texts.why.direct}</Text>}
      {blockedBy && <Text className="denied" size="sm">{texts.why.blocked(blockedBy.name)}</Text>}
    </Stack>
  );
}

/** Why the caller cannot make the change; null when nothing is known against it. */
function obstacleOf({ kind, viewerCanApply, blockedBy }: Cure, may: (permission: string) => boolean): string | null {
  if (viewerCanApply) return null;
  if (blockedBy) return texts.why.blocked(blockedBy.name);
  const required = kind === "ASSIGN_ROLE" ? "role:assign" : "permission:grant";
  return may(required) ? texts.why.beyond : shell.lacks(required);
}
