import { type SubmitEvent, useEffect, useState, useSyncExternalStore } from "react";
import type { Hint, Session, SessionState } from "./session";

export function SignInBar({ session }: { readonly session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.state);
  return (
    <header className={`bar ${state.hint?.kind ?? ""}`}>
      <h1>
        Keyward <span>playground</span>
      </h1>
      <p role="status">{state.hint && <HintText hint={state.hint} />}</p>
      {state.signedIn ? <SignedIn session={session} state={state} /> : <SignInForm session={session} />}
    </header>
  );
}

function HintText({ hint }: { readonly hint: Hint }) {
  if (hint.kind !== "forbidden") return hint.text;
  return (
    <>
      Signed in, but not allowed: <code>{hint.rule}</code>
    </>
  );
}

function SignInForm({ session }: { readonly session: Session }) {
  const [isBusy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    await session.signIn(String(fields.get("username")), String(fields.get("password")));
    setBusy(false);
  }

  return (
    <form aria-label="Sign in" onSubmit={submit}>
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
        Sign in
      </button>
    </form>
  );
}

function SignedIn({ session, state }: { readonly session: Session; readonly state: SessionState }) {
  const { account, expiresAt } = state;
  return (
    <div className="who">
      <span>
        Signed in as <strong>{account?.username ?? "…"}</strong>
        {account && account.roles.length > 0 && <span className="roles"> ({account.roles.join(", ")})</span>}
      </span>
      {expiresAt !== null && <Countdown until={expiresAt} />}
      <button type="button" onClick={() => void session.signOut()}>
        Sign out
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
    <span className="countdown" role="timer" title="Life left of the access token; it is renewed by itself">
      {seconds} s left
    </span>
  );
}
