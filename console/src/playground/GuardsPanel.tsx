import { pick, useGraphiQL } from "@graphiql/react";
import { OperationTypeNode } from "graphql";
import { useEffect, useState } from "react";
import { useShared } from "./context";
import { fieldAt } from "./coordinates";
import { GUARDS } from "./documents";
import { useStore } from "./store";
import { texts } from "./texts";
import { useDocument } from "./useDocument";
import { useOpenDocs } from "./useOpenDocs";

interface Guard {
  readonly coordinate: string;
  readonly rule: string;
  /** Null when it depends on the object. */
  readonly allowed: boolean | null;
}

/** The fields of the schema with their guards, and what the session may call. */
export function GuardsPanel() {
  const guards = useGuards();
  const [filter, setFilter] = useState("");
  const [isOnlyAllowed, setOnlyAllowed] = useState(false);
  if (!guards) return <Panel>{<p>{texts.guards.loggedOut}</p>}</Panel>;
  const shown = guards.filter(
    ({ coordinate, rule, allowed }) =>
      `${coordinate} ${rule}`.toLowerCase().includes(filter.toLowerCase()) && (!isOnlyAllowed || allowed !== false),
  );
  return (
    <Panel>
      <input type="search" aria-label={texts.guards.filter} placeholder={texts.guards.filter} value={filter} onChange={(event) => setFilter(event.target.value)} />
      <label>
        <input type="checkbox" checked={isOnlyAllowed} onChange={(event) => setOnlyAllowed(event.target.checked)} /> {texts.guards.onlyAllowed}
      </label>
      {shown.length === 0 && <p>{texts.guards.none}</p>}
      <ul className="guards">
        {shown.map((guard) => (
          <GuardItem key={guard.coordinate} guard={guard} />
        ))}
      </ul>
    </Panel>
  );
}

function Panel({ children }: { readonly children: React.ReactNode }) {
  return (
    <div className="panel">
      <h2>{texts.guards.title}</h2>
      {children}
    </div>
  );
}

/** The guards with their decisions; null when logged out. Read again when the session or the policy changes. */
function useGuards(): readonly Guard[] | null {
  const { session, lastExchange } = useShared();
  const { account } = useStore(session);
  const latest = useStore(lastExchange)?.policyRevision ?? null;
  const [revision, setRevision] = useState(latest);
  const [guards, setGuards] = useState<readonly Guard[] | null>(null);
  useEffect(() => {
    if (latest !== null) setRevision(latest);
  }, [latest]);
  useEffect(() => {
    if (!account) return setGuards(null);
    let isCurrent = true;
    session.run({ query: GUARDS }, {}).then(
      ({ response }) => isCurrent && setGuards((response.data?.["guards"] as readonly Guard[] | null) ?? null),
      () => isCurrent && setGuards(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [session, account, revision]);
  return guards;
}

function GuardItem({ guard: { coordinate, rule, allowed } }: { readonly guard: Guard }) {
  const { schema } = useGraphiQL(pick("schema"));
  const { toggleField } = useDocument();
  const openDocs = useOpenDocs();
  const found = schema && fieldAt(schema, coordinate);
  const operation = schema && operationOfType(coordinate.split(".")[0]);
  const decision = allowed === null ? texts.guards.depends : allowed ? texts.guards.allowed : texts.guards.denied;
  return (
    <li>
      <button type="button" className="link" disabled={!found} onClick={() => openDocs(coordinate)}>
        {coordinate}
      </button>
      {found && operation && (
        <button type="button" aria-label={`${texts.guards.add}: ${coordinate}`} onClick={() => toggleField(operation, [found.field])}>
          +
        </button>
      )}
      <span className={allowed === false ? "denied" : "allowed"}>{decision}</span>
      <code>{rule}</code>
    </li>
  );
}

function operationOfType(name: string | undefined): OperationTypeNode | null {
  if (name === "Query") return OperationTypeNode.QUERY;
  return name === "Mutation" ? OperationTypeNode.MUTATION : null;
}
