import { DOC_EXPLORER_PLUGIN, useDocExplorerActions } from "@graphiql/plugin-doc-explorer";
import { useGraphiQLActions } from "@graphiql/react";
import { useShared } from "./context";
import { fieldAt } from "./coordinates";
import { schemaOf } from "./schema";

/** Opens the docs panel at a field, by its coordinate. */
export function useOpenDocs(): (coordinate: string) => void {
  const { schema } = useShared();
  const docs = useDocExplorerActions();
  const { setVisiblePlugin } = useGraphiQLActions();
  return (coordinate) => {
    const known = schemaOf(schema.get());
    const found = known && fieldAt(known, coordinate);
    if (!found) return;
    docs.reset();
    docs.push({ name: found.type.name, def: found.type });
    docs.push({ name: found.field.name, def: found.field });
    setVisiblePlugin(DOC_EXPLORER_PLUGIN);
  };
}
