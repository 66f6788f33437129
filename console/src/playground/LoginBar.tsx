import { type SubmitEvent, useEffect, useState } from "react";
import { useShared } from "./context";
import { RolesMenu } from "./RolesMenu";
import { SchemaLink } from "./SchemaLink";
import type { Account } from "./session";
import { useStore } from "./store";
import { texts } from "./texts";

export function LoginBar() {
  const { session } = useShared();
  const { account, notice } = useStore(session);
  return (
    <header className="bar">
      <h1>
        Keyward <span>playground</span>
      </h1>
      <SchemaLink />
      <p role="status">{notice}</p>
      {account === null && <LoginForm />}
      {account && <LoggedIn account={account} />}
    </header>
  );
}

function LoginForm() {
  const { session } = useShared();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget, event.submitter);
    const username = String(fields.get("username"));
    const password = String(fields.get("password"));
    setBusy(true);
    await (fields.get("action") === "signUp" ? session.signUp(username, password) : session.logIn(username, password));
    setBusy(false);
  }

  const { username, password, logIn, signUp, form } = texts.bar;
  return (
    <form aria-label={form} onSubmit={submit}>
      <input name="username" aria-label={username} placeholder={username} autoComplete="username" required />
      <input name="password" type="password" aria-label={password} placeholder={password} autoComplete="current-password" required />
      <button className="primary" disabled={isBusy}>
        {logIn}
      </button>
      <button name="action" value="signUp" disabled={isBusy}>
        {signUp}
      </button>
    </form>
  );
}

function LoggedIn({ account }: { readonly account: Account }) {
  const { session } = useShared();
  return (
    <div className="who">
      <span>
        {texts.bar.loggedInAs} <strong>{account.username}</strong>
        {account.roles.length > 0 && <span className="faint"> ({account.roles.join(", ")})</span>}
      </span>
      {account.expiresAt !== null && <Countdown until={account.expiresAt} onEnd={() => void session.read()} />}
      <RolesMenu account={account} />
      <button type="button" onClick={() => void session.logOut()}>
        {texts.bar.logOut}
      </button>
    </div>
  );
}

function Countdown({ until, onEnd }: { readonly until: number; readonly onEnd: () => void }) {
  const [now, setNow] = useState(Date.now);
  const seconds = Math.max(0, Math.round((until - now) / 1000));
  const hasEnded = seconds === 0;
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, []);
  useEffect(() => {
    // Another tab may have used the session since.
    if (hasEnded) onEnd();
  }, [hasEnded]);
  return (
    <span className="faint countdown" role="timer" title={texts.bar.left}>
      {duration(seconds)} left
    </span>
  );
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
