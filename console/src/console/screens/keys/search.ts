import { text } from "../../components/search";

export function keysSearch(search: Record<string, unknown>) {
  return { selected: text(search["selected"]) };
}
