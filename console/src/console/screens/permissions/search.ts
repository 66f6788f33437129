import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

export function permissionsSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), search: text(search["search"]), resource: text(search["resource"]) };
}

export function permissionSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ["users", "roles", "history"]) };
}
