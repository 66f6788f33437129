import { Link } from "@tanstack/react-router";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The name of a user, linked to the user's screen. */
export function UserLink({ user: { id, username } }: { readonly user: { readonly id: string; readonly username: string } }) {
  return <Link to="/users/$id" params={{ id }} className="link">{username}</Link>;
}

/** The name of a role, linked to the role's screen. */
export function RoleLink({ role: { id, name } }: { readonly role: Named }) {
  return <Link to="/roles/$id" params={{ id }} className="link">{name}</Link>;
}

/** The name of a permission, linked to the permission's screen. */
export function PermissionLink({ permission: { id, name } }: { readonly permission: Named }) {
  return <Link to="/permissions/$id" params={{ id }} className="link name">{name}</Link>;
}
