import type { Fetcher, FetcherParams, SyncExecutionResult } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useCallback } from "react";
import { ResponseDetails } from "./ResponseDetails";
import { AccessibleTabs } from "./AccessibleTabs";
import { useShared } from "./context";
import { EditorAppearance } from "./EditorAppearance";
import { FillVariables } from "./FillVariables";
import { LoginBar } from "./LoginBar";
import { OpenLinkedOperation } from "./OpenLinkedOperation";
import { PLUGINS } from "./plugins";
import { schemaOf } from "./schema";
import { nameTabs, storage } from "./storage";
import { useStore } from "./store";
import { valuesAfter } from "./values";

export function Playground() {
  const { session, lastExchange, schema, values } = useShared();
  const known = useStore(schema);
  const fetcher = useCallback<Fetcher>(
    async (request, options) => {
      lastExchange.set(null);
      const exchange = await session.run(withValidOperationName(request), options?.headers ?? {});
      lastExchange.set(exchange);
      values.set(valuesAfter(values.get(), exchange.response));
      return exchange.response as SyncExecutionResult;
    },
    [session, lastExchange, values],
  );
  return (
    <>
      <LoginBar />
      <main className="playground">
        <GraphiQL
          fetcher={fetcher}
          schema={schemaOf(known)}
          storage={storage}
          plugins={PLUGINS}
          shouldPersistHeaders={false}
          defaultEditorToolsVisibility="variables"
          onTabChange={nameTabs}
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Footer>
            <ResponseDetails />
          </GraphiQL.Footer>
          <EditorAppearance />
          <FillVariables />
          <OpenLinkedOperation />
          <AccessibleTabs />
        </GraphiQL>
      </main>
    </>
  );
}

/** Omits an operation name that the document does not have: GraphiQL updates it late after a change of tab. */
function withValidOperationName({ operationName, ...request }: FetcherParams): FetcherParams {
  return operationName && request.query.includes(operationName) ? { ...request, operationName } : request;
}
