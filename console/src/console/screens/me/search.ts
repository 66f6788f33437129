import { pageSearch } from "../../components/Pager";
import { text } from "../../components/search";

export function meSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), search: text(search["search"]) };
}
