import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import { useShared } from "./context";
import { useStore } from "./store";
import { fill, isFresh } from "./values";

/** Values that this page wrote, which it may replace. */
const written = new Set<string>();

/** Fills the variables of the visible tab: names that are free, and ids of what the examples made. */
export function FillVariables() {
  const { session, values: store } = useShared();
  const { account } = useStore(session);
  const values = useStore(store);
  const { activeTabIndex, variableEditor } = useGraphiQL(pick("activeTabIndex", "variableEditor"));
  useEffect(() => {
    if (!variableEditor) return;
    const known = account ? { userId: account.id, username: account.username, ...values } : values;
    const present = variableEditor.getValue();
    const filled = fill(present, known, (value) => isFresh(value) || written.has(value));
    for (const value of Object.values(known)) written.add(value);
    if (filled !== present) variableEditor.setValue(filled);
  }, [account, values, activeTabIndex, variableEditor]);
  return null;
}
