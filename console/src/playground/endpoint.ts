import { type FieldError, post, revisionOf } from "../shared/endpoint";

export interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: unknown;
}

/** An entry of `errors`. */
export type GraphqlError = FieldError;

export interface GraphqlResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: { readonly outcomes?: Readonly<Record<string, string>> };
}

/** A request with its response. */
export interface Exchange {
  readonly request: GraphqlRequest;
  readonly response: GraphqlResponse;
  /** HTTP status. */
  readonly status: number;
  /** From the request to the end of the response. */
  readonly milliseconds: number;
  /** Size of the body, decompressed. */
  readonly bytes: number;
  /** Revision of the policy that the response is based on. */
  readonly policyRevision: number | null;
}

/** Sends one operation, with or without the cookies. Rejects when the response is not GraphQL. */
export async function send(request: GraphqlRequest, headers: Headers, credentials: "same-origin" | "omit"): Promise<Exchange> {
  const begin = performance.now();
  const http = await post(request, headers, credentials);
  const text = await http.text();
  return {
    request,
    response: parse(text, http.status),
    status: http.status,
    milliseconds: performance.now() - begin,
    bytes: new TextEncoder().encode(text).length,
    policyRevision: revisionOf(http),
  };
}

function parse(text: string, status: number): GraphqlResponse {
  try {
    return JSON.parse(text) as GraphqlResponse;
  } catch {
    throw new Error(`unexpected response with HTTP status ${status}: check the service`);
  }
}
