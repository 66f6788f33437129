import { Text } from "@mantine/core";
import { RoleLink } from "../../components/links";
import { Until } from "../../components/When";
import type { UserAccessQuery } from "../../gql/graphql";
import { texts } from "../../texts/people";
import { RareBadge } from "./RareBadge";
import type { Rare } from "./rare";

type Page = NonNullable<NonNullable<UserAccessQuery["user"]>["effectivePermissions"]>;
export type Holding = Page["nodes"][number];
type Path = Holding["paths"][number];

interface Props {
  readonly holding: Holding;
  readonly rare: Rare;
}

/** All sources of a permission: direct grants, and paths such as `accountant > clerk`. */
export function Sources({ holding: { permission, paths, hasMorePaths }, rare }: Props) {
  const isRare = ({ roles: [first] }: Path) => (first ? rare.roles.has(first.id) : rare.permissions.has(permission.id));
  return (
    <ul className="sources">
      {paths.map((path) => (
        <li key={path.text}>
          <PathText path={path} /> {isRare(path) && <RareBadge />}
          {paths.length > 1 && path.expiresAt && <Text span className="faint" size="xs"> <Until at={path.expiresAt} /></Text>}
        </li>
      ))}
      {hasMorePaths && <li className="faint">{texts.access.morePaths}</li>}
    </ul>
  );
}

function PathText({ path: { kind, roles, pattern, isActive } }: { readonly path: Path }) {
  return (
    <span className={isActive ? undefined : "faint"}>
      {kind === "DIRECT" && texts.access.direct}
      {roles.map((role, index) => (
        <span key={role.id}>{index > 0 && <span className="faint"> &gt; </span>}<RoleLink role={role} /></span>
      ))}
      {pattern && <span className="faint"> {texts.access.by(pattern)}</span>}
      {!isActive && ` (${texts.access.inactive})`}
    </span>
  );
}
