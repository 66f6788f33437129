import { Group, Stack, Text } from "@mantine/core";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { When } from "../../components/When";
import { PermissionHistoryQuery } from "./documents";

/** What happened to a permission. */
export function PermissionHistory({ id }: { readonly id: string }) {
  const query = useApi(PermissionHistoryQuery, { id });
  return (
    <Card error={errorAt(query.data, "auditLog")}>
      <Stack gap={4}>
        {(query.data?.data.auditLog?.nodes ?? []).map(({ id, at, summary }) => (
          <Group key={id} justify="space-between"><Text>{summary}</Text><Text className="faint"><When at={at} /></Text></Group>
        ))}
      </Stack>
    </Card>
  );
}
