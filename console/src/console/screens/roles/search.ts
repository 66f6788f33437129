import { type PageSearch, pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";
import { type MatrixSearch, matrixSearch } from "../matrix/search";

export const VIEWS = ["list", "matrix", "graph"] as const;
export const ROLE_TABS = ["permissions", "inherits", "members", "constraints", "history"] as const;

export interface RolesSearch extends PageSearch, MatrixSearch {
  readonly view?: (typeof VIEWS)[number] | undefined;
  readonly permission?: string | undefined;
  /** Id of the role that the graph shows. */
  readonly selected?: string | undefined;
}

export interface RoleSearch extends PageSearch {
  readonly tab?: (typeof ROLE_TABS)[number] | undefined;
  readonly all?: "yes" | undefined;
}

export function rolesSearch(search: Record<string, unknown>): RolesSearch {
  return {
    ...pageSearch(search),
    ...matrixSearch(search),
    view: oneOf(search["view"], VIEWS),
    search: text(search["search"]),
    permission: text(search["permission"]),
    selected: text(search["selected"]),
  };
}

export function roleSearch(search: Record<string, unknown>): RoleSearch {
  return { ...pageSearch(search), tab: oneOf(search["tab"], ROLE_TABS), all: oneOf(search["all"], ["yes"]) };
}
