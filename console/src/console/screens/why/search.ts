import { pageSearch } from "../../components/Pager";
import { text } from "../../components/search";

/** The question of an address: a user or a role, and a permission, by name or id; `via` is a role on the way. */
export function whySearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    user: text(search["user"]),
    role: text(search["role"]),
    permission: text(search["permission"]),
    via: text(search["via"]),
  };
}

export type WhySearch = ReturnType<typeof whySearch>;
