import { pageSearch } from "../../components/Pager";
import { oneOf } from "../../components/search";

export function policySearch(search: Record<string, unknown>) {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ["export", "apply", "revisions"]) };
}
