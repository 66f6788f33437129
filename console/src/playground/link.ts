import { withoutSecretMembers, withoutSecrets } from "./secrets";

/** An operation that an address carries in its fragment, which browsers do not send to the service. */
export interface LinkedOperation {
  readonly query: string;
  readonly variables: string;
}

/** The operation of `#query=…&variables=…`; null when there is none. */
export function linkedOperation(hash: string): LinkedOperation | null {
  const parameters = new URLSearchParams(hash.slice(1));
  const query = parameters.get("query");
  return query ? { query, variables: parameters.get("variables") ?? "" } : null;
}

/** An address that opens an operation in a new tab, without its secrets. */
export function linkTo({ query, variables }: LinkedOperation): string {
  const parts = [`query=${encodeURIComponent(withoutSecrets(query))}`];
  if (variables.trim()) parts.push(`variables=${encodeURIComponent(withoutSecretMembers(variables))}`);
  return `${location.origin}${location.pathname}#${parts.join("&")}`;
}
