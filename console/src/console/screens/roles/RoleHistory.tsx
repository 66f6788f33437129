import { useApi } from "../../api/hooks";
import { EventLines } from "../../components/EventLines";
import { State } from "../../components/State";
import { RoleHistoryQuery } from "./documents";

/** What happened to a role. */
export function RoleHistory({ id }: { readonly id: string }) {
  const query = useApi(RoleHistoryQuery, { id });
  return <State query={query}>{(_, answer) => <EventLines answer={answer} path="role.auditTrail" events={({ role }) => role?.auditTrail?.nodes} />}</State>;
}
