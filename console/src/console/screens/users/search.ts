import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

export function usersSearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    search: text(search["search"]),
    status: oneOf(search["status"], ["ACTIVE", "SUSPENDED"]),
    role: text(search["role"]),
    permission: text(search["permission"]),
  };
}

export function userSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ["access", "roles", "sessions", "history"]), search: text(search["search"]) };
}
