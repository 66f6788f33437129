import { useApi } from "../../api/hooks";
import type { Named } from "../../draft/changes";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { UsersRoleQuery } from "./documents";

/** Why a chosen role cannot be assigned; null when it can. */
export function useAssignObstacle(role: Named | null): string | null {
  const { data } = useApi(UsersRoleQuery, { id: role?.id ?? "" }, { enabled: role !== null });
  if (!role) return texts.roles.chosenFirst;
  if (!data) return shell.loading;
  return data.data.role?.viewerCanAssign === false ? texts.beyondAuthority(role.name) : null;
}
