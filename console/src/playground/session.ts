import { CSRF_HEADER, errorWith, NO_TOKEN, RENEWAL_LOCK } from "../shared/endpoint";
import { announce, onAnnouncement } from "../shared/tabs";
import { ACTIVATE, CHANGES_SESSION, CONFIRM, DEACTIVATE, LOGIN, LOGOUT, REFRESH, SIGNUP, VIEWER } from "./documents";
import { type Exchange, type GraphqlRequest, type GraphqlResponse, send } from "./endpoint";
import { Store } from "./store";
import { texts } from "./texts";

export interface NamedRole {
  readonly id: string;
  readonly name: string;
}

export interface Account {
  readonly id: string;
  readonly username: string;
  /** Names of the active roles, inherited ones included. */
  readonly roles: readonly string[];
  readonly activeRoles: readonly NamedRole[];
  readonly inactiveRoles: readonly NamedRole[];
  /** End of the session, unless it is used before: milliseconds of the service's clock. */
  readonly expiresAt: number | null;
}

export interface SessionState {
  /** Undefined while it is unknown, null when logged out. */
  readonly account: Account | null | undefined;
  /** What the login bar says. */
  readonly notice: string | null;
}

interface ViewerData {
  readonly csrfToken: string | null;
  readonly user: { readonly id: string; readonly username: string };
  readonly roles: readonly string[];
  readonly session: { readonly expiresAt: string; readonly activeRoles: readonly NamedRole[] } | null;
  readonly inactiveRoles: readonly NamedRole[];
}

/**
 * The session of this browser. Its tokens are in cookies that no script can read, so it survives a reload and is the same
 * in all tabs and in the console. Only the CSRF token is known here, in memory.
 */
export class Session extends Store<SessionState> {
  #csrfToken: string | null = null;
  #reading: Promise<void> | null = null;

  constructor() {
    super({ account: undefined, notice: null });
    onAnnouncement(() => void this.read());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.read();
    });
    void this.read();
  }

  /** Runs an operation of the editor with the session, or with the `Authorization` header of the headers editor instead. */
  async run(request: GraphqlRequest, extra: Readonly<Record<string, string>>): Promise<Exchange> {
    const headers = new Headers(extra);
    if (headers.has("authorization")) return send(request, headers, "omit");
    await this.#reading;
    const exchange = await this.#sendChecked(request, headers);
    if (CHANGES_SESSION.test(request.query)) await this.#changed();
    else if (errorWith(exchange.response.errors, "UNAUTHENTICATED") && this.get().account) await this.read();
    return exchange;
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.#change("login", { query: LOGIN, variables: { username, password } });
  }

  async signUp(username: string, password: string): Promise<void> {
    await this.#change("signup", { query: SIGNUP, variables: { username, password } });
  }

  async logOut(): Promise<void> {
    await this.#change("logout", { query: LOGOUT });
  }

  /** Confirms the password; whether it was the right one. */
  async confirm(password: string): Promise<boolean> {
    return this.#change("reauthenticate", { query: CONFIRM, variables: { password } });
  }

  /** Makes exactly these of the user's roles active. Deactivation comes first: a constraint may forbid both at once. */
  async actWith(ids: ReadonlySet<string>): Promise<void> {
    const { account } = this.get();
    if (!account) return;
    const dropped = account.activeRoles.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
    const added = account.inactiveRoles.filter(({ id }) => ids.has(id)).map(({ id }) => id);
    const isDropped = dropped.length === 0 || (await this.#change("sessionDeactivateRoles", { query: DEACTIVATE, variables: { ids: dropped } }));
    if (isDropped && added.length > 0) await this.#change("sessionActivateRoles", { query: ACTIVATE, variables: { ids: added } });
  }

  /** Reads who is logged in. Calls while one is under way share it. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const wasLoggedIn = Boolean(this.get().account);
    this.#csrfToken = null;
    try {
      const { response } = await this.#sendRenewed({ query: VIEWER }, new Headers());
      const viewer = response.data?.["viewer"] as ViewerData | null | undefined;
      this.#csrfToken = viewer?.csrfToken ?? null;
      const account = viewer ? accountOf(viewer) : null;
      this.set({ account, notice: wasLoggedIn && !account ? texts.bar.ended : this.get().notice });
    } catch (error) {
      this.set({ account: this.get().account ?? null, notice: messageOf(error) });
    }
  }

  /** Runs a mutation of the session and shows its refusal; whether it succeeded. */
  async #change(field: string, request: GraphqlRequest): Promise<boolean> {
    try {
      await this.#reading;
      const { response } = await this.#sendChecked(request, new Headers());
      const refusal = refusalOf(response, field);
      if (refusal === null) await this.#changed();
      else this.set({ ...this.get(), notice: refusal });
      return refusal === null;
    } catch (error) {
      this.set({ ...this.get(), notice: messageOf(error) });
      return false;
    }
  }

  async #changed(): Promise<void> {
    await this.#reading;
    // An operation that ended the session is not news to its user.
    this.set({ account: undefined, notice: null });
    await this.read();
    announce("session");
  }

  /** Sends with the cookies, and once more when the CSRF token was that of a former session. */
  async #sendChecked(request: GraphqlRequest, headers: Headers): Promise<Exchange> {
    const exchange = await this.#sendRenewed(request, headers);
    if (!errorWith(exchange.response.errors, "CSRF_FAILED")) return exchange;
    await this.read();
    return this.#send(request, headers);
  }

  /** Sends with the cookies, and once more when the access token had expired. */
  async #sendRenewed(request: GraphqlRequest, headers: Headers): Promise<Exchange> {
    const exchange = await this.#send(request, headers);
    const isExpired = errorWith(exchange.response.errors, "UNAUTHENTICATED", "EXPIRED") && changedNothing(exchange.response);
    return isExpired && (await this.#renew()) ? this.#send(request, headers) : exchange;
  }

  #send(request: GraphqlRequest, headers: Headers): Promise<Exchange> {
    headers.set(CSRF_HEADER, this.#csrfToken ?? NO_TOKEN);
    return send(request, headers, "same-origin");
  }

  #renew(): Promise<boolean> {
    return navigator.locks.request(RENEWAL_LOCK, async () => {
      const { response } = await this.#send({ query: REFRESH }, new Headers());
      if (refusalOf(response, "refresh") !== null) return false;
      const { csrfToken } = response.data?.["refresh"] as { csrfToken: string | null };
      this.#csrfToken = csrfToken;
      return true;
    });
  }
}

function accountOf({ user, roles, session, inactiveRoles }: ViewerData): Account {
  return {
    ...user,
    roles,
    activeRoles: session?.activeRoles ?? [],
    inactiveRoles,
    expiresAt: session ? Date.parse(session.expiresAt) : null,
  };
}

/** Whether repeating a request cannot repeat a change. */
function changedNothing({ extensions }: GraphqlResponse): boolean {
  return !Object.values(extensions?.outcomes ?? {}).some((outcome) => outcome === "COMMITTED" || outcome === "UNKNOWN");
}

/** The message of a mutation's first error; null when it succeeded. */
function refusalOf({ data, errors }: GraphqlResponse, field: string): string | null {
  const payload = data?.[field] as { userErrors?: readonly { message: string }[] } | null | undefined;
  return errors?.[0]?.message ?? payload?.userErrors?.[0]?.message ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
