import { DOC_EXPLORER_PLUGIN, useDocExplorerActions } from "@graphiql/plugin-doc-explorer";
import { useGraphiQLActions } from "@graphiql/react";
import { useShared } from "./context";
import { placeOf } from "./coordinates";
import { schemaOf } from "./schema";

/** Opens the docs panel at a field, by its coordinate. */
export function useOpenDocs(): (coordinate: string) => void {
  const { schema } = useShared();
  const docs = useDocExplorerActions();
  const { setVisiblePlugin } = useGraphiQLActions();
  return (coordinate) => {
    const known = schemaOf(schema.get());
    const place = known && placeOf(known, coordinate);
    if (!place) return;
    docs.reset();
    docs.push({ name: place.type.name, def: place.type });
    docs.push({ name: place.field.name, def: place.field });
    setVisiblePlugin(DOC_EXPLORER_PLUGIN);
  };
}
