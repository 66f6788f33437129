import { Text } from "@mantine/core";
import { Fragment } from "react";
import { RoleLink } from "../../components/links";
import { texts } from "../../texts/answers";

const SHOWN = 5;

/** The roles that hold a permission. */
export function HeldBy({ roles }: { readonly roles: readonly { readonly id: string; readonly name: string }[] }) {
  if (roles.length === 0) return <Text className="faint">{texts.why.heldByNobody}</Text>;
  return (
    <Text className="faint">
      {texts.why.heldBy}{" "}
      {roles.slice(0, SHOWN).map((role, index) => (
        <Fragment key={role.id}>{index > 0 && ", "}<RoleLink role={role} /></Fragment>
      ))}
      {roles.length > SHOWN && ` ${texts.why.moreRoles(roles.length - SHOWN)}`}
    </Text>
  );
}
