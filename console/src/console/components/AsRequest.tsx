import { Button, Group } from "@mantine/core";
import { curlOf } from "../../shared/curl";
import { textOf } from "../api/graphql";
import { texts } from "../texts/shell";
import { CopyButton } from "./CopyButton";

/** An operation of the API with its variables. */
export interface Operation {
  readonly document: { toString(): string };
  readonly variables: unknown;
}

/** Buttons that copy an operation as GraphQL and as a command, and a link that opens it in the playground. */
export function AsRequest({ operation }: { readonly operation: Operation }) {
  const query = textOf(operation.document);
  const variables = JSON.stringify(operation.variables, null, 2);
  const link = `/playground#query=${encodeURIComponent(query)}&variables=${encodeURIComponent(variables)}`;
  return (
    <Group gap="xs" component="footer">
      <CopyButton label={texts.request.graphql} value={() => `${query}\n\n# ${texts.request.variables}\n${commented(variables)}`} />
      <CopyButton label={texts.request.curl} value={() => curlOf(query, operation.variables)} />
      <Button component="a" href={link} target="_blank" rel="noreferrer" variant="subtle" size="compact-sm">
        {texts.request.playground}
      </Button>
    </Group>
  );
}

function commented(text: string): string {
  return text.split("\n").map((line) => `# ${line}`).join("\n");
}
