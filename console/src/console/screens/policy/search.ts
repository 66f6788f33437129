import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

/** Tab, export options, page of the revisions, and the revision whose return is planned. */
export function policySearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    tab: oneOf(search["tab"], ["export", "apply", "revisions"]),
    format: oneOf(search["format"], ["YAML", "JSON"]),
    assignments: oneOf(search["assignments"], ["with"]),
    revision: text(search["revision"]),
  };
}

export type PolicySearch = ReturnType<typeof policySearch>;
