import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

export function rolesSearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    view: oneOf(search["view"], ["list", "matrix", "graph"]),
    search: text(search["search"]),
    permission: text(search["permission"]),
    selected: text(search["selected"]),
  };
}

export function roleSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ["permissions", "inherits", "members", "constraints", "history"]) };
}
