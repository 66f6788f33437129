import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { linkedOperation } from "./link";

/** Opens the operation that the address carries in a new tab, and never runs it. */
export function OpenLinkedOperation() {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  useEffect(() => {
    if (!queryEditor || !variableEditor) return;
    function open(): void {
      const linked = linkedOperation(location.hash);
      if (!linked) return;
      // Otherwise a reload would open it again.
      history.replaceState(null, "", location.pathname + location.search);
      addTab();
      queryEditor?.setValue(linked.query);
      variableEditor?.setValue(linked.variables);
    }
    open();
    window.addEventListener("hashchange", open);
    return () => window.removeEventListener("hashchange", open);
  }, [queryEditor, variableEditor, addTab]);
  return null;
}
