import { useApi } from "../../api/hooks";
import { EventLines } from "../../components/EventLines";
import { PermissionHistoryQuery } from "./documents";

/** What happened to a permission. */
export function PermissionHistory({ id }: { readonly id: string }) {
  const { data } = useApi(PermissionHistoryQuery, { id });
  return <EventLines answer={data} path="auditLog" events={({ auditLog }) => auditLog?.nodes} />;
}
