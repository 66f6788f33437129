import { Group, Stack, Text } from "@mantine/core";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { State } from "../../components/State";
import { When } from "../../components/When";
import { RoleHistoryQuery } from "./documents";

/** What happened to a role. */
export function RoleHistory({ id }: { readonly id: string }) {
  const query = useApi(RoleHistoryQuery, { id });
  return (
    <State query={query}>
      {({ role }, answer) => (
        <Card error={errorAt(answer, "role.auditTrail")}>
          <Stack gap={4}>
            {(role?.auditTrail?.nodes ?? []).map(({ id, at, summary }) => (
              <Group key={id} justify="space-between"><Text>{summary}</Text><Text className="faint"><When at={at} /></Text></Group>
            ))}
          </Stack>
        </Card>
      )}
    </State>
  );
}
