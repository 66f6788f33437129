import { pick, useGraphiQL } from "@graphiql/react";
import type { Fetcher, FetcherParams, FetcherReturnType } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { LoginBar } from "./LoginBar";
import type { Session } from "./session";
import { nameTabs, storage } from "./storage";

export function Playground({ session }: { readonly session: Session }) {
  const { account } = useSyncExternalStore(session.subscribe, session.state);
  const fetcher = useCallback<Fetcher>(
    (request, options) =>
      session.run(withValidOperationName(request), options?.headers ?? {}) as FetcherReturnType,
    [session],
  );
  return (
    <>
      <LoginBar session={session} />
      <main className="playground">
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          shouldPersistHeaders={false}
          defaultEditorToolsVisibility="variables"
          onTabChange={nameTabs}
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <OwnIdAsVariable id={account?.id ?? null} />
        </GraphiQL>
      </main>
    </>
  );
}

/** Omits an operation name that the document does not have: GraphiQL updates it late after a change of tab. */
function withValidOperationName({ operationName, ...request }: FetcherParams): FetcherParams {
  return operationName && request.query.includes(operationName) ? { ...request, operationName } : request;
}

const USER_ID = /("userId"\s*:\s*")([^"]*)(")/;

/** Writes the logged-in user's id into the variable `userId` of the visible tab, unless another id was put there by hand. */
function OwnIdAsVariable({ id }: { readonly id: string | null }) {
  const { activeTabIndex, variableEditor } = useGraphiQL(pick("activeTabIndex", "variableEditor"));
  const written = useRef("");
  useEffect(() => {
    const variables = variableEditor?.getValue() ?? "";
    const present = USER_ID.exec(variables)?.[2];
    if (id === null || present === undefined || present === id) return;
    if (present !== "" && present !== written.current) return;
    variableEditor?.setValue(variables.replace(USER_ID, `$1${id}$3`));
    written.current = id;
  }, [id, activeTabIndex, variableEditor]);
  return null;
}
