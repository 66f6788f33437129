import { ENDPOINT, type GraphqlRequest } from "./endpoint";
import { withoutSecretMembers, withoutSecrets } from "./secrets";
import { texts } from "./texts";

function bodyOf({ query, variables }: GraphqlRequest): { readonly query: string; readonly variables: unknown } {
  return { query: withoutSecrets(query), variables: JSON.parse(withoutSecretMembers(JSON.stringify(variables ?? {}))) };
}

/** A command of a shell. The token is a variable of the reader's: the session of this page is in cookies. */
export function asCurl(request: GraphqlRequest): string {
  const body = JSON.stringify(bodyOf(request)).replaceAll("'", String.raw`'\''`);
  return [
    `# ${texts.response.curlNote}`,
    `curl -sS '${location.origin}${ENDPOINT}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H "authorization: Bearer $KEYWARD_TOKEN" \\`,
    `  -d '${body}'`,
  ].join("\n");
}

/** A statement of JavaScript, for a page of the same origin. */
export function asFetch(request: GraphqlRequest): string {
  return [
    `// ${texts.response.fetchNote}`,
    `const response = await fetch(${JSON.stringify(ENDPOINT)}, {`,
    `  method: "POST",`,
    `  credentials: "same-origin",`,
    `  headers: { "content-type": "application/json", "x-csrf-token": csrfToken },`,
    `  body: JSON.stringify(${JSON.stringify(bodyOf(request), null, 2).replaceAll("\n", "\n  ")}),`,
    `});`,
    `const { data, errors } = await response.json();`,
  ].join("\n");
}
