import { Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { GrantPath } from "../../components/GrantPath";
import { ReasonedButton } from "../../components/ReasonedButton";
import { NotFound, State } from "../../components/State";
import { type Change, hasChange } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import type { WhyRolePermissionQuery, WhyRolePermissionQueryVariables } from "../../gql/graphql";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import { texts as shell } from "../../texts/shell";
import { RolePermissionQuery } from "./documents";
import { HeldBy } from "./HeldBy";
import { Source } from "./RolePermissions";
import { brokenPaths } from "./steps";

interface Props {
  readonly variables: WhyRolePermissionQueryVariables;
  readonly name: string;
}

/** Whether a role grants a permission, and by which sources. */
export function RolePermission({ variables, name }: Props) {
  const query = useApi(RolePermissionQuery, variables);
  return (
    <State query={query}>
      {(data, answer) => {
        if (!data.role) return <Card error={errorAt(answer, "role")}><NotFound /></Card>;
        if (!data.permissionByName && !errorAt(answer, "permissionByName")) {
          return <Card><Text fz="lg" role="status">{texts.why.unknownPermission(variables.permission)}</Text></Card>;
        }
        return <Reply role={data.role} permission={data.permissionByName} name={name} wanted={variables.permission} />;
      }}
    </State>
  );
}

interface ReplyProps {
  readonly role: NonNullable<WhyRolePermissionQuery["role"]>;
  readonly permission: WhyRolePermissionQuery["permissionByName"];
  readonly name: string;
  readonly wanted: string;
}

function Reply({ role, permission, name, wanted }: ReplyProps) {
  const sources = (role.effectivePermissions ?? []).filter((held) => held.permission.name === wanted);
  const isGranted = sources.length > 0;
  const [path = []] = brokenPaths(name, [], wanted, 1);
  const inheritance = (role.inheritsFromAll ?? []).slice(0, 4).map(({ id, name: label }) => ({ key: id, label }));
  return (
    <Stack gap="md">
      <Card>
        <Text fz="xl" mb="sm" role="status">
          <span className={isGranted ? "allowed" : "denied"}>{isGranted ? texts.why.yes : texts.why.no}</span>{" "}
          {isGranted ? texts.why.roleGrants(name, wanted) : texts.why.roleDoesNotGrant(name, wanted)}
        </Text>
        {sources.map((held) => <Text key={`${held.source.id} ${held.pattern ?? ""}`}><Source {...held} /></Text>)}
        {!isGranted && permission && (
          <Group gap="md">
            <GrantPath steps={[...path.slice(0, 1), ...inheritance, ...path.slice(1)]} />
            <HeldBy roles={permission.authorizedRoles ?? []} />
          </Group>
        )}
      </Card>
      {!isGranted && permission && <GrantCard role={role} permission={permission} />}
      <Text size="sm"><Link to="/audit" search={{ involving: role.id }} className="link">{texts.why.history(name)}</Link></Text>
    </Stack>
  );
}

interface GrantProps {
  readonly role: ReplyProps["role"];
  readonly permission: { readonly id: string; readonly name: string };
}

/** The one change that lets the role itself grant the permission. */
function GrantCard({ role, permission }: GrantProps) {
  const may = useMay();
  const { draft, add } = useDraft();
  const named = { id: role.id, name: role.name };
  const change: Change = { kind: "grant", role: named, permission: { id: permission.id, name: permission.name } };
  const obstacle = () => {
    if (hasChange(draft.changes, change)) return texts.why.drafted;
    if (!may("permission:grant")) return shell.lacks("permission:grant");
    return role.viewerCanManage ? null : texts.why.cannotManage(role.name);
  };
  return (
    <Card>
      <Group justify="space-between">
        <Text fw={600}>{texts.why.cure.GRANT_TO_ROLE("", permission.name, role.name)}</Text>
        <ReasonedButton reason={obstacle()} onClick={() => add(change, { role: named, version: role.version })}>{texts.why.add}</ReasonedButton>
      </Group>
    </Card>
  );
}
