import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { errorAt } from "../api/hooks";
import type { Answer } from "../api/request";
import { texts } from "../texts/shell";
import { Refusal } from "./Card";

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

interface FieldProps<Data, Field> extends Omit<Props<Data>, "children"> {
  /** Response path of the field, such as `user.sessions`. */
  readonly path: string;
  readonly field: (data: Data) => Field | null | undefined;
  readonly children: (field: Field) => ReactNode;
}

/** One field of what a query yields, or why it is refused. */
export function FieldState<Data, Field>({ query, path, field, children }: FieldProps<Data, Field>) {
  return (
    <State query={query}>
      {(data, answer) => {
        const value = field(data);
        if (value !== null && value !== undefined) return children(value);
        const error = errorAt(answer, path);
        return error ? <Refusal error={error} /> : null;
      }}
    </State>
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
