/** The only address of this page's requests. A constant, so that no URL parameter can change it. */
const ENDPOINT = "/graphql";

export interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: unknown;
}

export interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly reason?: string; readonly rule?: string };
}

export interface GraphqlResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
}

export interface PostResult {
  readonly response: GraphqlResponse;
  /** The service's clock in milliseconds, so that a wrong clock on this machine does not shorten a token's lifetime. */
  readonly servedAt: number;
}

/** Sends one operation. Rejects when the response is not GraphQL. */
export async function post(request: GraphqlRequest, headers: Headers): Promise<PostResult> {
  headers.set("content-type", "application/json");
  headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
  const http = await fetch(ENDPOINT, {
    method: "POST",
    headers,
    body: JSON.stringify(request),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
  });
  const servedAt = Date.parse(http.headers.get("date") ?? "") || Date.now();
  const text = await http.text();
  try {
    return { response: JSON.parse(text) as GraphqlResponse, servedAt };
  } catch {
    throw new Error(`unexpected response with HTTP status ${http.status}: check the service`);
  }
}
