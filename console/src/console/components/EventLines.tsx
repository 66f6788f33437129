import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { errorAt } from "../api/hooks";
import type { Answer } from "../api/request";
import { Card } from "./Card";
import { When } from "./When";

interface Event {
  readonly id: string;
  readonly at: string;
  readonly summary: string;
}

interface Props<Data> {
  readonly title?: ReactNode;
  readonly answer: Answer<Data> | undefined;
  /** Response path of the events, such as `role.auditTrail`. */
  readonly path: string;
  readonly events: (data: Data) => readonly Event[] | undefined;
}

/** What happened to an object, one event a line. */
export function EventLines<Data>({ title, answer, path, events }: Props<Data>) {
  return (
    <Card title={title} error={errorAt(answer, path)}>
      <Stack gap={4}>
        {(answer ? events(answer.data) : undefined)?.map(({ id, at, summary }) => (
          <Group key={id} justify="space-between"><Text>{summary}</Text><Text className="faint"><When at={at} /></Text></Group>
        ))}
      </Stack>
    </Card>
  );
}
