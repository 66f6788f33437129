import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./playground.css";
import "./overrides.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { type SchemaState, type Shared, SharedContext } from "./context";
import type { Exchange } from "./endpoint";
import { Playground } from "./Playground";
import { readSchema } from "./schema";
import { Session } from "./session";
import { Store } from "./store";
import { freshValues } from "./values";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root element");

const shared: Shared = {
  session: new Session(),
  lastExchange: new Store<Exchange | null>(null),
  schema: new Store<SchemaState>("loading"),
  values: new Store(freshValues()),
};
void readSchema().then((schema) => shared.schema.set(schema));

createRoot(root).render(
  <StrictMode>
    <SharedContext value={shared}>
      <Playground />
    </SharedContext>
  </StrictMode>,
);
