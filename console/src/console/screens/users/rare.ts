import { useMemo } from "react";
import { useApi } from "../../api/hooks";
import { useMay } from "../../session/context";
import { UserRareQuery } from "./documents";

/** Ids of the roles and directly granted permissions of a user that few of the peers have. */
export interface Rare {
  readonly roles: ReadonlySet<string>;
  readonly permissions: ReadonlySet<string>;
}

/** What sets a user apart from the others in the same roles; empty without `access:review`. */
export function useRare(userId: string): Rare {
  const may = useMay();
  const { data } = useApi(UserRareQuery, { id: userId }, { enabled: may("access:review") });
  return useMemo(() => {
    const rows = data?.data.accessReport?.nodes ?? [];
    return {
      roles: new Set(rows.flatMap(({ role }) => (role ? [role.id] : []))),
      permissions: new Set(rows.flatMap(({ permission }) => (permission ? [permission.id] : []))),
    };
  }, [data]);
}
