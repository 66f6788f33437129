import { text } from "../../components/search";

/** The selected key. */
export function keysSearch(search: Record<string, unknown>) {
  return { selected: text(search["selected"]) };
}
