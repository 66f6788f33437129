import { graphql } from "../api/graphql";
import { request } from "../api/request";
import { type Choice, SearchPicker, type SearchPickerProps } from "./SearchPicker";

const FOUND = 20;

const FindUsersQuery = graphql(`
  query FindUsers($search: String!, $first: Int!) {
    users(first: $first, filter: { search: $search }, orderBy: { field: USERNAME, direction: ASC }) {
      nodes { id username displayName email }
    }
  }
`);
const FindRolesQuery = graphql(`
  query FindRoles($search: String!, $first: Int!) {
    roles(first: $first, filter: { search: $search }) { nodes { id name description } }
  }
`);
const FindPermissionsQuery = graphql(`
  query FindPermissions($search: String!, $first: Int!) {
    permissions(first: $first, filter: { search: $search }) { nodes { id name description isSystem } }
  }
`);

type Props = Omit<SearchPickerProps, "kind" | "find">;

/** Users by name, address or id. */
export async function findUsers(search: string, first = FOUND): Promise<readonly Choice[]> {
  const { data } = await request(FindUsersQuery, { search, first });
  return (data.users?.nodes ?? []).map(({ id, username, displayName, email }) => ({ id, name: username, note: email ?? displayName }));
}

/** Roles whose name contains a text. */
export async function findRoles(search: string, first = FOUND): Promise<readonly Choice[]> {
  const { data } = await request(FindRolesQuery, { search, first });
  return (data.roles?.nodes ?? []).map(({ id, name, description }) => ({ id, name, note: description }));
}

/** Permissions whose name contains a text. */
export async function findPermissions(search: string, first = FOUND): Promise<readonly Choice[]> {
  const { data } = await request(FindPermissionsQuery, { search, first });
  return (data.permissions?.nodes ?? []).map(({ id, name, description }) => ({ id, name, note: description }));
}

export function UserPicker(props: Props) {
  return <SearchPicker kind="user" find={findUsers} {...props} />;
}

export function RolePicker(props: Props) {
  return <SearchPicker kind="role" find={findRoles} {...props} />;
}

export function PermissionPicker(props: Props) {
  return <SearchPicker kind="permission" find={findPermissions} {...props} />;
}
