/** The only address of this page's requests. A constant, so that no URL parameter can change it. */
export const ENDPOINT = "/graphql";

export interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: unknown;
}

/** An entry of `errors` (docs/errors.md). */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly reason?: string;
    readonly rule?: string;
    readonly retryAfterSeconds?: number;
    readonly requestId?: string;
  };
}

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
  headers.set("content-type", "application/json");
  headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
  const begin = performance.now();
  const http = await fetch(ENDPOINT, {
    method: "POST",
    headers,
    body: JSON.stringify(request),
    cache: "no-store",
    credentials,
    redirect: "error",
  });
  const text = await http.text();
  const revision = http.headers.get("policy-revision");
  return {
    request,
    response: parse(text, http.status),
    status: http.status,
    milliseconds: performance.now() - begin,
    bytes: new TextEncoder().encode(text).length,
    policyRevision: revision === null ? null : Number(revision),
  };
}

function parse(text: string, status: number): GraphqlResponse {
  try {
    return JSON.parse(text) as GraphqlResponse;
  } catch {
    throw new Error(`unexpected response with HTTP status ${status}: check the service`);
  }
}

/** The first error with a code, and with a reason where one is passed. */
export function errorWith({ response }: Exchange, code: string, reason?: string): GraphqlError | undefined {
  return response.errors?.find(
    ({ extensions }) => extensions?.code === code && (reason === undefined || extensions.reason === reason),
  );
}
