import { text } from "../../components/search";

export function whySearch(search: Record<string, unknown>) {
  return { user: text(search["user"]), role: text(search["role"]), permission: text(search["permission"]), after: text(search["after"]) };
}
