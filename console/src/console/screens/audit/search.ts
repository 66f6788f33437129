import { pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

/** Filters, page and open event of the audit log; `since` and `until` are dates, `actor` and `involving` are ids. */
export function auditSearch(search: Record<string, unknown>) {
  return {
    ...pageSearch(search),
    search: text(search["search"]),
    action: text(search["action"]),
    outcome: oneOf(search["outcome"], ["SUCCESS", "DENIED", "FAILURE"]),
    actor: text(search["actor"]),
    involving: text(search["involving"]),
    since: text(search["since"]),
    until: text(search["until"]),
    event: text(search["event"]),
  };
}

export type AuditSearch = ReturnType<typeof auditSearch>;
