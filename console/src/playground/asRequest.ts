import { curlOf } from "../shared/curl";
import { ENDPOINT } from "../shared/endpoint";
import type { GraphqlRequest } from "./endpoint";
import { withoutSecretMembers, withoutSecrets } from "./secrets";
import { texts } from "./texts";

function bodyOf({ query, variables }: GraphqlRequest): { readonly query: string; readonly variables: unknown } {
  return { query: withoutSecrets(query), variables: JSON.parse(withoutSecretMembers(JSON.stringify(variables ?? {}))) };
}

/** A command of a shell, with a note about its token. */
export function asCurl(request: GraphqlRequest): string {
  const { query, variables } = bodyOf(request);
  return `# ${texts.response.curlNote}\n${curlOf(query, variables)}`;
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
