import { CSRF_HEADER, errorWith, type FieldError, NO_TOKEN, post, RENEWAL_LOCK, revisionOf } from "../../shared/endpoint";
import { announce } from "../../shared/tabs";
import type { TypedDocumentString } from "../gql/graphql";
import "./fragments";
import { textOf } from "./graphql";

export type { FieldError };

const REFRESH = "mutation Refresh { refresh { csrfToken userErrors { code message } } }";
const CSRF = "query Csrf { viewer { csrfToken } }";

/** A response with data. Fields that were refused are null, and `errors` says why. */
export interface Answer<Data> {
  readonly data: Data;
  readonly errors: readonly FieldError[];
  /** Revision of the policy that the answer is based on. */
  readonly revision: number | null;
}

/** A request that was answered without data, or not at all. */
export class RequestError extends Error {
  readonly code: string;
  readonly retryAfterSeconds: number | null;

  constructor(message: string, code: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly FieldError[];
}

interface Reply {
  readonly body: Body;
  readonly revision: number | null;
}

let csrfToken: string | null = null;
const revisionListeners = new Set<(revision: number) => void>();
let newestRevision = 0;

/** Uses the CSRF token of a new session. Null forgets it. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Calls `listener` when an answer is based on a newer policy than all answers before. */
export function onNewRevision(listener: (revision: number) => void): () => void {
  revisionListeners.add(listener);
  return () => revisionListeners.delete(listener);
}

/** Runs an operation with the session of the cookies. Renews an expired session, and a CSRF token of a former one. */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  const query = textOf(document);
  if (isMutation(query) && csrfToken === null) await readCsrfToken();
  let reply = await send(query, variables);
  if (errorWith(reply.body.errors, "UNAUTHENTICATED", "EXPIRED") && (await renew())) reply = await send(query, variables);
  else if (errorWith(reply.body.errors, "CSRF_FAILED")) {
    await readCsrfToken();
    reply = await send(query, variables);
  }
  return toAnswer<Data>(reply);
}

async function send(query: string, variables: unknown): Promise<Reply> {
  let http: Response;
  try {
    http = await post({ query, variables }, new Headers({ [CSRF_HEADER]: csrfToken ?? NO_TOKEN }), "same-origin");
  } catch {
    throw new RequestError("The service does not answer.", "NETWORK");
  }
  const text = await http.text();
  const revision = revisionOf(http);
  if (revision !== null) tellRevision(revision);
  try {
    return { body: JSON.parse(text) as Body, revision };
  } catch {
    throw new RequestError(`The service answered with HTTP status ${http.status}.`, "NETWORK");
  }
}

function tellRevision(revision: number): void {
  if (revision <= newestRevision) return;
  newestRevision = revision;
  for (const listener of revisionListeners) listener(revision);
}

function toAnswer<Data>({ body, revision }: Reply): Answer<Data> {
  const errors = body.errors ?? [];
  if (body.data !== undefined && body.data !== null) return { data: body.data as Data, errors, revision };
  const [first] = errors;
  if (!first) throw new RequestError("The service gave an empty answer.", "NETWORK");
  throw new RequestError(first.message, first.extensions?.code ?? "UNKNOWN", first.extensions?.retryAfterSeconds ?? null);
}

/** Renews the session. One tab does so at a time. */
async function renew(): Promise<boolean> {
  return navigator.locks.request(RENEWAL_LOCK, async () => {
    const { body } = await send(REFRESH, {});
    const payload = (body.data as { refresh?: { csrfToken: string | null; userErrors: unknown[] } } | null)?.refresh;
    if (!payload || payload.userErrors.length > 0) return false;
    csrfToken = payload.csrfToken;
    announce("session");
    return true;
  });
}

async function readCsrfToken(): Promise<void> {
  csrfToken = null;
  let reply = await send(CSRF, {});
  if (errorWith(reply.body.errors, "UNAUTHENTICATED", "EXPIRED") && (await renew())) reply = await send(CSRF, {});
  const viewer = (reply.body.data as { viewer?: { csrfToken: string | null } | null } | null)?.viewer;
  csrfToken = viewer?.csrfToken ?? null;
}

function isMutation(query: string): boolean {
  return /^\s*mutation\b/m.test(query);
}
