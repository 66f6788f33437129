import { type PostResult, type GraphqlError, type GraphqlRequest, type GraphqlResponse, post } from "./endpoint";

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
}

/** The message of the login bar about the last response. */
export type Hint =
  | { readonly kind: "login"; readonly text: string }
  | { readonly kind: "forbidden"; readonly rule: string }
  | { readonly kind: "failure"; readonly text: string };

export interface SessionState {
  readonly loggedIn: boolean;
  /** Set shortly after logging in. */
  readonly account: Account | null;
  /** Expiry of the access token, in milliseconds of this machine's clock. */
  readonly expiresAt: number | null;
  readonly hint: Hint | null;
}

interface Tokens {
  readonly access: string;
  readonly refresh: string | null;
}

const LOGGED_OUT: SessionState = { loggedIn: false, account: null, expiresAt: null, hint: null };

/** How long before expiry the access token is renewed; half of a shorter lifetime. */
const RENEWAL_LEAD_MS = 30_000;
const RENEWAL_RETRY_MS = 5_000;

const TOKENS = "accessToken refreshToken expiresAt userErrors { message }";
const LOGIN = `mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { ${TOKENS} } }`;
const REFRESH = `mutation ($refreshToken: String!) { refresh(refreshToken: $refreshToken) { ${TOKENS} } }`;
const LOGOUT = "mutation { logout { endedSessions } }";
const IDENTIFY = "{ me { id username } viewer { roles } }";

/**
 * The logged-in session of this page. Its tokens live in private fields and nowhere else: closing or reloading
 * the page forgets them.
 */
export class Session {
  #tokens: Tokens | null = null;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #state = LOGGED_OUT;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): SessionState => this.#state;

  async logIn(username: string, password: string): Promise<void> {
    await this.#guarded(async () => {
      const result = await post({ query: LOGIN, variables: { username, password } }, new Headers());
      const failure = failureOf(result.response, "login");
      if (failure) this.#update({ hint: { kind: "failure", text: failure } });
      else await this.#adoptFrom(result);
    });
  }

  async logOut(): Promise<void> {
    await this.#guarded(async () => {
      const { response } = await post({ query: LOGOUT }, this.#authorized());
      const failure = failureOf(response, "logout");
      if (failure) this.#update({ hint: { kind: "failure", text: failure } });
      else this.#forget(null);
    });
  }

  /** Runs an operation of the editor as the logged-in user and updates the session from the response. */
  async run(request: GraphqlRequest, extra: Readonly<Record<string, string>>): Promise<GraphqlResponse> {
    const headers = this.#authorized();
    for (const [name, value] of Object.entries(extra)) headers.set(name, value);
    const isOurs = this.#tokens !== null && headers.get("authorization") === `Bearer ${this.#tokens.access}`;
    const result = await post(request, headers);
    this.#explain(result.response.errors ?? [], isOurs);
    void this.#guarded(() => this.#adoptFrom(result));
    return result.response;
  }

  /** Adopts the tokens of any `signup`, `login` or `refresh` in a response, and detects a `logout`. */
  async #adoptFrom({ response, servedAt }: PostResult): Promise<void> {
    for (const payload of Object.values(response.data ?? {}).filter(isObject)) {
      if (typeof payload.accessToken === "string") {
        const refresh = typeof payload.refreshToken === "string" ? payload.refreshToken : null;
        const lifetime = Date.parse(String(payload.expiresAt)) - servedAt;
        this.#tokens = { access: payload.accessToken, refresh };
        this.#update({ loggedIn: true, expiresAt: Number.isNaN(lifetime) ? null : Date.now() + lifetime, hint: null });
        this.#renewIn(Math.max(lifetime - Math.min(RENEWAL_LEAD_MS, lifetime / 2), RENEWAL_RETRY_MS));
        await this.#identify();
      } else if ("endedSessions" in payload && this.#tokens) {
        await this.#identify();
      }
    }
  }

  /** Queries the user of the token; drops a token that the service refuses. */
  async #identify(): Promise<void> {
    const asked = this.#tokens;
    const { response } = await post({ query: IDENTIFY }, this.#authorized());
    if (asked !== this.#tokens) return;
    if (response.errors?.some(isUnauthenticated)) return this.#forget(null);
    const { me, viewer } = response.data ?? {};
    if (!isObject(me)) return;
    const roles = isObject(viewer) && Array.isArray(viewer.roles) ? viewer.roles.map(String) : [];
    this.#update({ account: { id: String(me.id), username: String(me.username), roles } });
  }

  #renewIn(delay: number): void {
    clearTimeout(this.#renewal);
    if (this.#tokens?.refresh && Number.isFinite(delay)) this.#renewal = setTimeout(() => void this.#renew(), delay);
  }

  async #renew(): Promise<void> {
    const spent = this.#tokens;
    if (!spent?.refresh) return;
    try {
      const result = await post({ query: REFRESH, variables: { refreshToken: spent.refresh } }, new Headers());
      if (spent !== this.#tokens) return;
      if (result.response.errors) this.#renewIn(RENEWAL_RETRY_MS);
      else if (failureOf(result.response, "refresh")) this.#forget("The session has ended: log in again.");
      else await this.#adoptFrom(result);
    } catch {
      this.#renewIn(RENEWAL_RETRY_MS);
    }
  }

  /** Turns the errors of a response into a hint, and drops a token that is permanently refused. */
  #explain(errors: readonly GraphqlError[], isOurs: boolean): void {
    const refusal = errors.find(isUnauthenticated);
    const denial = errors.find((error) => error.extensions?.code === "FORBIDDEN");
    if (refusal && isOurs && refusal.extensions?.reason === "EXPIRED" && this.#tokens?.refresh) {
      this.#update({ hint: { kind: "login", text: "The access token has expired and is being renewed: run this again." } });
      void this.#renew();
    } else if (refusal && isOurs) {
      this.#forget("The session has ended: log in again.");
    } else if (refusal) {
      this.#update({ hint: { kind: "login", text: "This needs a logged-in user: log in here, or run the “Log in” tab." } });
    } else if (denial) {
      this.#update({ hint: { kind: "forbidden", rule: denial.extensions?.rule ?? denial.message } });
    } else {
      this.#update({ hint: null });
    }
  }

  #forget(reason: string | null): void {
    clearTimeout(this.#renewal);
    this.#tokens = null;
    this.#update({ ...LOGGED_OUT, hint: reason === null ? null : { kind: "login", text: reason } });
  }

  #authorized(): Headers {
    return new Headers(this.#tokens ? { authorization: `Bearer ${this.#tokens.access}` } : {});
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#update({ hint: { kind: "failure", text: error instanceof Error ? error.message : String(error) } });
    }
  }

  #update(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** The message of a mutation's first error; null when it succeeded. */
function failureOf(response: GraphqlResponse, field: string): string | null {
  const error = response.errors?.[0];
  if (error) return error.message;
  const payload = response.data?.[field];
  const userErrors = isObject(payload) && Array.isArray(payload.userErrors) ? payload.userErrors : [];
  const first: unknown = userErrors[0];
  return isObject(first) ? String(first.message) : null;
}

function isUnauthenticated(error: GraphqlError): boolean {
  return error.extensions?.code === "UNAUTHENTICATED";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
