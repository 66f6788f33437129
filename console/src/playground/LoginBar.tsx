import { type SubmitEvent, useEffect, useState, useSyncExternalStore } from "react";
import type { Hint, Session, SessionState } from "./session";

export function LoginBar({ session }: { readonly session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.state);
  return (
    <header className={`bar ${state.hint?.kind ?? ""}`}>
      <h1>
        Keyward <span>playground</span>
      </h1>
      <p role="status">{state.hint && <HintText hint={state.hint} />}</p>
      {state.loggedIn ? <LoggedIn session={session} state={state} /> : <LoginForm session={session} />}
    </header>
  );
}

function HintText({ hint }: { readonly hint: Hint }) {
  if (hint.kind !== "forbidden") return hint.text;
  return (
    <>
      Logged in, but not allowed: <code>{hint.rule}</code>
    </>
  );
}

function LoginForm({ session }: { readonly session: Session }) {
  const [isBusy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    await session.logIn(String(fields.get("username")), String(fields.get("password")));
    setBusy(false);
  }

  return (
    <form aria-label="Log in" onSubmit={submit}>
      <input name="username" aria-label="Username" placeholder="Username" autoComplete="username" required />
      <input
        name="password"
        type="password"
        aria-label="Password"
        placeholder="Password"
        autoComplete="current-password"
        required
      />
      <button type="submit" disabled={isBusy}>
        Log in
      </button>
    </form>
  );
}

function LoggedIn({ session, state }: { readonly session: Session; readonly state: SessionState }) {
  const { account, expiresAt } = state;
  return (
    <div className="who">
      <span>
        Logged in as <strong>{account?.username ?? "…"}</strong>
        {account && account.roles.length > 0 && <span className="roles"> ({account.roles.join(", ")})</span>}
      </span>
      {expiresAt !== null && <Countdown until={expiresAt} />}
      <button type="button" onClick={() => void session.logOut()}>
        Log out
      </button>
    </div>
  );
}

function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, []);
  const seconds = Math.max(0, Math.round((until - now) / 1000));
  return (
    <span className="countdown" role="timer" title="Remaining lifetime of the access token, which is renewed automatically">
      {seconds} s left
    </span>
  );
}
