import { type SubmitEvent, useState } from "react";
import { useShared } from "./context";
import { coordinateAt } from "./coordinates";
import type { Exchange, GraphqlError } from "./endpoint";
import { Prose } from "./Prose";
import { schemaOf } from "./schema";
import { useStore } from "./store";
import { explain, texts } from "./texts";
import { useOpenDocs } from "./useOpenDocs";

const SHOWN = 5;

/** The errors of a response, each in a sentence and with what helps. */
export function Explanations({ exchange }: { readonly exchange: Exchange }) {
  const errors = exchange.response.errors ?? [];
  return errors.slice(0, SHOWN).map((error, index) => <Explanation key={index} error={error} exchange={exchange} />);
}

function Explanation({ error, exchange }: { readonly error: GraphqlError; readonly exchange: Exchange }) {
  const shared = useShared();
  const { account } = useStore(shared.session);
  const schema = schemaOf(useStore(shared.schema));
  const openDocs = useOpenDocs();
  const coordinate = schema && error.path ? coordinateAt(schema, exchange.request, error.path) : null;
  const { code, rule } = error.extensions ?? {};
  return (
    <div className="explanation" role="note">
      <p>
        {code && <strong>{code}</strong>} <Prose text={explain(error, { username: account?.username ?? null, coordinate })} />
      </p>
      {rule && <code>{rule}</code>}
      {coordinate && (
        <button type="button" onClick={() => openDocs(coordinate)}>
          {texts.response.docs} <code>{coordinate}</code>
        </button>
      )}
      {code === "REAUTHENTICATION_REQUIRED" && <ConfirmPassword />}
    </div>
  );
}

function ConfirmPassword() {
  const { session } = useShared();
  const [isConfirmed, setConfirmed] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setConfirmed(await session.confirm(String(new FormData(event.currentTarget).get("password"))));
  }

  if (isConfirmed) return <p role="status">{texts.confirm.done}</p>;
  return (
    <form onSubmit={submit}>
      <input
        name="password"
        type="password"
        aria-label={texts.confirm.password}
        placeholder={texts.confirm.password}
        autoComplete="current-password"
        required
      />
      <button className="primary">{texts.confirm.button}</button>
    </form>
  );
}
