import { Button, Group } from "@mantine/core";
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
      <CopyButton label={texts.request.curl} value={() => curl(query, operation.variables)} />
      <Button component="a" href={link} target="_blank" rel="noreferrer" variant="subtle" size="compact-sm">
        {texts.request.playground}
      </Button>
    </Group>
  );
}

/** A command of a shell. The token is a variable of the reader's: the session of this page is in cookies. */
function curl(query: string, variables: unknown): string {
  const body = JSON.stringify({ query, variables }).replaceAll("'", String.raw`'\''`);
  return [
    `curl -sS '${location.origin}/graphql' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H "authorization: Bearer $KEYWARD_TOKEN" \\`,
    `  -d '${body}'`,
  ].join("\n");
}

function commented(text: string): string {
  return text.split("\n").map((line) => `# ${line}`).join("\n");
}
