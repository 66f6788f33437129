import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Answer } from "../api/request";
import { texts } from "../texts/shell";

interface Props<Data> {
  readonly query: UseQueryResult<Answer<Data>>;
  readonly children: (data: Data, answer: Answer<Data>) => ReactNode;
}

/** What a query yields: its answer, a place for it while it is awaited, or why it failed with a button to repeat it. */
export function State<Data>({ query, children }: Props<Data>) {
  if (query.data) return children(query.data.data, query.data);
  if (query.error) {
    return (
      <Alert color="red" title={texts.failed} role="alert">
        <Text mb="xs">{query.error.message}</Text>
        <Button size="compact-sm" variant="default" onClick={() => void query.refetch()}>{texts.again}</Button>
      </Alert>
    );
  }
  return (
    <Stack gap="xs" aria-busy="true" aria-label={texts.loading}>
      {[1, 2, 3, 4].map((row) => <Skeleton key={row} height={28} />)}
    </Stack>
  );
}

/** A screen about an object that does not exist, or that the reader may not see: both look alike. */
export function NotFound() {
  return (
    <Stack gap="xs">
      <Text fw={600}>{texts.notFound.title}</Text>
      <Text className="faint">{texts.notFound.text}</Text>
    </Stack>
  );
}
