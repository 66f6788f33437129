import { Badge, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { PermissionLink, RoleLink } from "../../components/links";
import { PermissionPicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { State } from "../../components/State";
import { useReview } from "../../draft/review";
import { type Change, hasChange } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import type { RolePermissionsQuery as Result } from "../../gql/graphql";
import { useLack } from "../../session/context";
import { texts } from "../../texts/roles";
import { RolePermissionsQuery } from "./documents";
import { patternChange, type Role } from "./proposals";

type Held = NonNullable<NonNullable<Result["role"]>["effectivePermissions"]>[number];

/** Why the reader cannot change the grants of a role; null when nothing stands in the way. */
function useObstacle({ viewerCanManage }: Role): string | null {
  const lack = useLack();
  return lack("permission:grant") ?? (viewerCanManage ? null : texts.cannotManage);
}

/** The permissions of a role, each with the role or pattern that it comes from. */
export function RolePermissions({ role }: { readonly role: Role }) {
  const query = useApi(RolePermissionsQuery, { id: role.id });
  const { add } = useDraft();
  const reason = useObstacle(role);
  return (
    <State query={query}>
      {({ role: held }, answer) => {
        const permissions = held?.effectivePermissions ?? [];
        return (
          <Stack gap="md">
            <Card error={errorAt(answer, "role.effectivePermissions")}>
              {permissions.length === 0 && <Text className="faint">{texts.noPermissions}</Text>}
              <Table>
                <Table.Tbody>
                  {permissions.map((each) => <Row key={`${each.permission.id} ${each.source.id} ${each.pattern}`} held={each} role={role} reason={reason} />)}
                </Table.Tbody>
              </Table>
              <Group maw={320} mt="sm">
                {reason === null ? (
                  <PermissionPicker label={texts.grant} value={null} onChange={(permission) => permission && add({ kind: "grant", role, permission }, { role, version: role.version })} />
                ) : (
                  <Text className="faint">{reason}</Text>
                )}
              </Group>
            </Card>
            <Patterns role={role} patterns={held?.permissionPatterns ?? []} reason={reason} />
          </Stack>
        );
      }}
    </State>
  );
}

interface RowProps {
  readonly held: Held;
  readonly role: Role;
  readonly reason: string | null;
}

function Row({ held: { permission, source, pattern, isInherited }, role, reason }: RowProps) {
  const { draft, add } = useDraft();
  const revocation: Change = { kind: "revoke", role, permission };
  const isDrafted = hasChange(draft.changes, revocation);
  const isRevocable = !isInherited && pattern === null;
  return (
    <Table.Tr className={isInherited ? "faint" : undefined}>
      <Table.Td><PermissionLink permission={permission} /></Table.Td>
      <Table.Td>
        {isInherited ? <>{texts.from}<RoleLink role={source} /></> : pattern === null ? texts.granted : texts.byPattern(pattern)}
        {isDrafted && <Badge ml={8} size="xs" color="red" variant="light">{texts.drafted}</Badge>}
      </Table.Td>
      <Table.Td ta="right">
        {isRevocable && (
          <ReasonedButton reason={reason} size="compact-sm" variant="subtle" onClick={() => add(revocation, { role, version: role.version })}>
            {texts.revoke}
          </ReasonedButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface PatternsProps {
  readonly role: Role;
  readonly patterns: readonly { readonly pattern: string; readonly permissionCount: number }[];
  readonly reason: string | null;
}

/** Patterns granted to a role, each with the number of permissions that it covers now. */
function Patterns({ role, patterns, reason }: PatternsProps) {
  const review = useReview();
  const [pattern, setPattern] = useState("");
  return (
    <Card title={texts.patterns}>
      <Text className="faint" size="sm">{texts.patternHint}</Text>
      {patterns.map(({ pattern, permissionCount }) => (
        <Group key={pattern} justify="space-between">
          <Text><code className="name">{pattern}</code> <span className="faint">{texts.covers(permissionCount)}</span></Text>
          <ReasonedButton reason={reason} size="compact-sm" variant="subtle" onClick={() => review(patternChange(role, pattern, "revoke"))}>{texts.revoke}</ReasonedButton>
        </Group>
      ))}
      <Group align="end" gap="sm" mt="sm">
        <TextInput label={texts.patternLabel} placeholder="invoice:*" value={pattern} onChange={({ currentTarget }) => setPattern(currentTarget.value)} />
        <ReasonedButton
          reason={reason ?? (pattern.trim() === "" ? texts.patternHint : null)}
          variant="default"
          onClick={() => review(patternChange(role, pattern.trim(), "grant"))}
        >
          {texts.review}
        </ReasonedButton>
      </Group>
    </Card>
  );
}
