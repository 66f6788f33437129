import { pageSearch } from "../../components/Pager";
import { text } from "../../components/search";

export function sessionsSearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), user: text(search["user"]), ip: text(search["ip"]) };
}
