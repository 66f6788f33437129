import type { GraphQLSchema } from "graphql";
import { createContext, use } from "react";
import type { Exchange } from "./endpoint";
import type { Session } from "./session";
import type { Store } from "./store";
import type { Values } from "./values";

/** What the parts of the page share. */
export interface Shared {
  readonly session: Session;
  /** The last exchange of the editor, null before the first and while one is under way. */
  readonly lastExchange: Store<Exchange | null>;
  readonly schema: Store<SchemaState>;
  /** What the examples fill their variables with. */
  readonly values: Store<Values>;
}

/** `off`: the operator has disabled introspection. `failed`: the service does not respond. */
export type SchemaState = GraphQLSchema | "loading" | "off" | "failed";

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = use(SharedContext);
  if (!shared) throw new Error("outside the playground");
  return shared;
}
