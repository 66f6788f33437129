import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

export function usersSearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    search: text(search["search"]),
    status: oneOf(search["status"], ["ACTIVE", "SUSPENDED"]),
    role: text(search["role"]),
    /** Whether the role is assigned; authorized users count otherwise. */
    roleBy: oneOf(search["roleBy"], ["assigned"]),
    permission: text(search["permission"]),
  };
}

export type UsersSearch = ReturnType<typeof usersSearch>;

export function userSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ["access", "roles", "sessions", "history"]), search: text(search["search"]) };
}
