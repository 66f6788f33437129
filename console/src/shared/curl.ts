import { ENDPOINT } from "./endpoint";

/** A command of a shell. The token is a variable of the reader's: the session of a page is in cookies. */
export function curlOf(query: string, variables: unknown): string {
  const body = JSON.stringify({ query, variables }).replaceAll("'", String.raw`'\''`);
  return [
    `curl -sS '${location.origin}${ENDPOINT}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H "authorization: Bearer $KEYWARD_TOKEN" \\`,
    `  -d '${body}'`,
  ].join("\n");
}
