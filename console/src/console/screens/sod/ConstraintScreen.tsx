import { Badge, Group, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { CopyButton } from "../../components/CopyButton";
import { EventLines } from "../../components/EventLines";
import { PermissionLink, RoleLink } from "../../components/links";
import { RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { NotFound, State } from "../../components/State";
import { useReview } from "../../draft/review";
import { useLack } from "../../session/context";
import { texts as shell } from "../../texts/shell";
import { texts } from "../../texts/constraints";
import { ConstraintEditor } from "./ConstraintEditor";
import { ConstraintHistoryQuery, ConstraintQuery } from "./documents";
import { addition, type Constraint, deletion, removal } from "./proposals";

const FEWEST = 2;
const route = getRouteApi("/sod/$id");

/** One constraint: what it keeps apart, who gets round it, and its history. */
export default function ConstraintScreen() {
  const { id } = route.useParams();
  const query = useApi(ConstraintQuery, { id });
  return (
    <State query={query}>
      {({ sodConstraint }) => (sodConstraint ? <Details constraint={sodConstraint} /> : <NotFound />)}
    </State>
  );
}

function Details({ constraint }: { readonly constraint: Constraint }) {
  const { id, name, description, kind, limit, bypassedByCount } = constraint;
  const review = useReview();
  const navigate = useNavigate();
  const lack = useLack();
  const reason = lack("sod:write");
  const actions = (
    <>
      <CopyButton label={shell.copyId} value={() => id} />
      <ReasonedButton reason={reason} color="red" variant="light" onClick={() => review(deletion(constraint, () => void navigate({ to: "/sod" })))}>
        {texts.delete}
      </ReasonedButton>
    </>
  );
  return (
    <Screen title={<Group gap="sm">{name} <Badge variant="light">{texts.kinds[kind]}</Badge></Group>} name={name} actions={actions} operation={{ document: ConstraintQuery, variables: { id } }}>
      {description && <Text>{description}</Text>}
      <Text className="faint">{texts.kindHints[kind]} {texts.limit}: {limit}.</Text>
      <Members constraint={constraint} reason={reason} />
      {bypassedByCount !== null && bypassedByCount > 0 && (
        <Card title={texts.bypassed}>
          <Text className="warning">{texts.bypassedNote(bypassedByCount)}</Text>
          <Text className="faint">{texts.bypassedHint}</Text>
        </Card>
      )}
      {reason === null && <ConstraintEditor key={`${limit} ${description}`} constraint={constraint} />}
      <History id={id} />
    </Screen>
  );
}

function Members({ constraint, reason }: { readonly constraint: Constraint; readonly reason: string | null }) {
  const { roles, permissions } = constraint;
  const review = useReview();
  const isRemovable = roles.length > FEWEST ? reason : (reason ?? texts.lastTwo);
  return (
    <Card title={texts.members}>
      <ul className="plain-list">
        {roles.map((role) => (
          <Group component="li" key={role.id} justify="space-between" py={2}>
            <RoleLink role={role} />
            <ReasonedButton reason={isRemovable} size="compact-sm" variant="subtle" onClick={() => review(removal(constraint, role))}>
              {texts.removeRole(role.name)}
            </ReasonedButton>
          </Group>
        ))}
        {permissions.map((permission) => <li key={permission.id}><PermissionLink permission={permission} /></li>)}
      </ul>
      {roles.length > 0 && reason === null && (
        <RolePicker label={texts.addRole} value={null} except={roles.map(({ id }) => id)} onChange={(role) => role && review(addition(constraint, role))} />
      )}
    </Card>
  );
}

function History({ id }: { readonly id: string }) {
  const { data } = useApi(ConstraintHistoryQuery, { id });
  return <EventLines title={texts.history} answer={data} path="auditLog" events={({ auditLog }) => auditLog?.nodes} />;
}
