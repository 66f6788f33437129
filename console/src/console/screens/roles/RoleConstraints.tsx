import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { State } from "../../components/State";
import { texts as constraints } from "../../texts/constraints";
import { texts } from "../../texts/roles";
import { RoleConstraintsQuery } from "./documents";

/** Separation-of-duty constraints that name a role. */
export function RoleConstraints({ id }: { readonly id: string }) {
  const query = useApi(RoleConstraintsQuery, { id });
  return (
    <State query={query}>
      {({ role }, answer) => (
        <Card error={errorAt(answer, "role.sodConstraints")}>
          {role?.sodConstraints?.length === 0 && <Text className="faint">{texts.noConstraints}</Text>}
          {(role?.sodConstraints ?? []).map(({ id, name, kind, limit, roles }) => (
            <Text key={id}>
              <Link to="/sod/$id" params={{ id }} className="link">{name}</Link>{" "}
              <span className="faint">{constraints.lines.create(constraints.kinds[kind], limit, roles.map(({ name }) => name).join(", "))}</span>
            </Text>
          ))}
        </Card>
      )}
    </State>
  );
}
