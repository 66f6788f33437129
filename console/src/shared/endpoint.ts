/** The only address of the pages' requests. A constant, so that no URL parameter can change it. */
export const ENDPOINT = "/graphql";
export const CSRF_HEADER = "X-CSRF-Token";
/** In place of the CSRF token, by a page that has none. The service accepts it for queries and for `refresh`. */
export const NO_TOKEN = "fetch";
/** One page of the browser refreshes at a time. */
export const RENEWAL_LOCK = "keyward-renew";

/** An entry of the response's `errors` (docs/errors.md). */
export interface FieldError {
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

/** Sends one operation, with or without the cookies. */
export function post(body: unknown, headers: Headers, credentials: "same-origin" | "omit"): Promise<Response> {
  headers.set("content-type", "application/json");
  headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
  return fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store", credentials, redirect: "error" });
}

/** The policy revision that a response is based on; null when it does not say. */
export function revisionOf(response: Response): number | null {
  const revision = Number(response.headers.get("policy-revision") ?? NaN);
  return Number.isInteger(revision) ? revision : null;
}

/** The first error with a code, and with a reason where one is passed. */
export function errorWith(errors: readonly FieldError[] | undefined, code: string, reason?: string): FieldError | undefined {
  return errors?.find(({ extensions }) => extensions?.code === code && (reason === undefined || extensions.reason === reason));
}
