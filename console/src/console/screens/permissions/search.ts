import { type PageSearch, pageSearch } from "../../components/Pager";
import { oneOf, text } from "../../components/search";

export const PERMISSION_TABS = ["users", "roles", "history"] as const;

export interface PermissionsSearch extends PageSearch {
  readonly search?: string | undefined;
  readonly resource?: string | undefined;
}

export interface PermissionSearch extends PageSearch {
  readonly tab?: (typeof PERMISSION_TABS)[number] | undefined;
}

export function permissionsSearch(search: Record<string, unknown>): PermissionsSearch {
  return { ...pageSearch(search), search: text(search["search"]), resource: text(search["resource"]) };
}

export function permissionSearch(search: Record<string, unknown>): PermissionSearch {
  return { ...pageSearch(search), tab: oneOf(search["tab"], PERMISSION_TABS) };
}
