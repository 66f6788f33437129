import { Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import type { Answer } from "../../api/request";
import { Card } from "../../components/Card";
import { GrantPath } from "../../components/GrantPath";
import { NotFound, State } from "../../components/State";
import type { WhyExplainQuery, WhyExplainQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { CureCard } from "./CureCard";
import { keyOf } from "./cures";
import { ExplainQuery } from "./documents";
import { HeldBy } from "./HeldBy";
import { PathTable } from "./PathTable";
import { brokenPaths, stepsOf } from "./steps";

const PATHS_SHOWN = 3;

/** Whether a user may do something, by which paths, and what would change a denial. */
export function Explanation({ variables }: { readonly variables: WhyExplainQueryVariables }) {
  const query = useApi(ExplainQuery, variables);
  return <State query={query}>{(data, answer) => <Reply data={data} answer={answer} permission={variables.permission} />}</State>;
}

interface Props {
  readonly data: WhyExplainQuery;
  readonly answer: Answer<unknown>;
  readonly permission: string;
}

function Reply({ data, answer, permission }: Props) {
  const { explainAccess: explanation, user } = data;
  if (!explanation) return <Card error={errorAt(answer, "explainAccess")}><NotFound /></Card>;
  const { decision, summary, paths, hasMorePaths } = explanation;
  const name = user?.username ?? "";
  const reason = texts.why.reasons[decision.reason];
  return (
    <Stack gap="md">
      <Card>
        <Text fz="xl" mb="sm" role="status">
          <span className={decision.allowed ? "allowed" : "denied"}>{decision.allowed ? texts.why.yes : texts.why.no}</span>{" "}
          {user && reason ? reason(name, permission) : summary}
        </Text>
        <Chips data={data} name={name} permission={permission} />
      </Card>
      {paths.length > 0 && <PathTable subject={name} permission={permission} paths={paths} hasMore={hasMorePaths} />}
      {!decision.allowed && <Cures data={data} answer={answer} />}
      <Group gap="xs">
        <Text className="faint" size="sm">{texts.why.revision(decision.policyRevision)} ·</Text>
        {user && <Link to="/audit" search={{ involving: user.id }} className="link">{texts.why.history(name)}</Link>}
      </Group>
    </Stack>
  );
}

/** The shortest path, or how far the roles of the user lead. */
function Chips({ data, name, permission }: { readonly data: WhyExplainQuery; readonly name: string; readonly permission: string }) {
  const [first] = data.explainAccess?.paths ?? [];
  const roles = data.user?.roles ?? [];
  if (first) return <GrantPath steps={stepsOf(name, first, permission)} />;
  if (!data.permissionByName || !data.user) return null;
  return (
    <Stack gap="xs">
      {brokenPaths(name, roles, permission, PATHS_SHOWN).map((steps, index) => (
        <Group key={steps.map(({ key }) => key).join(" ")} gap="md">
          <GrantPath steps={steps} />
          {index === 0 && <HeldBy roles={data.permissionByName?.authorizedRoles ?? []} />}
        </Group>
      ))}
      {roles.length > PATHS_SHOWN && <Text className="faint" size="sm">{texts.why.moreRoles(roles.length - PATHS_SHOWN)}</Text>}
    </Stack>
  );
}

function Cures({ data, answer }: Omit<Props, "permission">) {
  const { explainAccess, user, permissionByName: permission } = data;
  if (!user || !permission) return null;
  const cures = explainAccess?.cures ?? [];
  const error = errorAt(answer, "explainAccess.cures");
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{texts.why.cures}</Title>
      {(error || cures.length === 0) && <Card error={error}><Text className="faint">{texts.why.noCures}</Text></Card>}
      {cures.map((cure) => <CureCard key={keyOf(cure)} cure={cure} user={{ id: user.id, name: user.username }} permission={permission} />)}
    </Stack>
  );
}
