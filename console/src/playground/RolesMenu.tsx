import { type SubmitEvent, useRef } from "react";
import { useShared } from "./context";
import type { Account } from "./session";
import { texts } from "./texts";

/** Chooses which of the user's roles are active in the session. */
export function RolesMenu({ account }: { readonly account: Account }) {
  const { session } = useShared();
  const menu = useRef<HTMLDetailsElement>(null);
  const active = new Set(account.activeRoles.map(({ id }) => id));
  const roles = [...account.activeRoles, ...account.inactiveRoles].sort((a, b) => a.name.localeCompare(b.name));

  function close(): void {
    if (menu.current) menu.current.open = false;
  }

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    close();
    void session.actWith(new Set(new FormData(event.currentTarget).getAll("role").map(String)));
  }

  return (
    <details className="menu" ref={menu} onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || close()}>
      <summary>{texts.bar.roles}</summary>
      <form tabIndex={-1} onSubmit={submit} key={[...active].join()}>
        {roles.length === 0 && texts.bar.noRoles}
        {roles.map(({ id, name }) => (
          <label key={id}>
            <input type="checkbox" name="role" value={id} defaultChecked={active.has(id)} /> {name}
          </label>
        ))}
        <button className="primary" disabled={roles.length === 0}>
          {texts.bar.apply}
        </button>
      </form>
    </details>
  );
}
