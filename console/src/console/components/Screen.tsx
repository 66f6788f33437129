import { Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { texts } from "../texts/shell";
import { AsRequest, type Operation } from "./AsRequest";

interface Props {
  readonly title: ReactNode;
  /** Title of the browser's tab. */
  readonly name: string;
  /** Controls beside the title. */
  readonly actions?: ReactNode;
  /** The operation that yields what is shown. */
  readonly operation?: Operation | undefined;
  readonly children: ReactNode;
}

/** Frame of a screen: its title, its actions, its content, and the operation to get the same from the API. */
export function Screen({ title, name, actions, operation, children }: Props) {
  useEffect(() => {
    document.title = `${name} · ${texts.product}`;
  }, [name]);
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="wrap" gap="sm">
        <Title order={1}>{title}</Title>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
      {operation && <AsRequest operation={operation} />}
    </Stack>
  );
}
