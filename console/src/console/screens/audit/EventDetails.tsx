import { Group, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { CopyButton } from "../../components/CopyButton";
import { NotFound, State } from "../../components/State";
import { exactly } from "../../components/When";
import { ImpactCard } from "../../draft/ImpactCard";
import type { AuditEventQuery } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { EventQuery } from "./documents";
import { RequestEntries } from "./RequestEntries";
import { Sentence } from "./Sentence";
import { changedValues } from "./values";

type Event = Extract<AuditEventQuery["node"], { readonly __typename: "AuditEvent" }>;

interface Props {
  readonly id: string;
  readonly showsSummary?: boolean;
}

/** What an event changed, for whom, from where and why. */
export function EventDetails({ id, showsSummary = false }: Props) {
  const query = useApi(EventQuery, { id });
  return (
    <State query={query}>
      {({ node }) => {
        if (node?.__typename !== "AuditEvent") return <NotFound />;
        return (
          <Stack gap="sm">
            {showsSummary && <Text><Sentence text={node.summary} /></Text>}
            <Values event={node} />
            {node.impact && <ImpactCard title={null} impact={node.impact} />}
            {node.action.startsWith("policy.") && <RequestEntries id={node.id} at={node.at} requestId={node.requestId} />}
            <Facts event={node} />
            <Links event={node} />
          </Stack>
        );
      }}
    </State>
  );
}

/** Former and new values of what changed, side by side. */
function Values({ event: { before, after } }: { readonly event: Event }) {
  const values = changedValues(before, after);
  if (values.length === 0) return null;
  const { columns } = texts.audit;
  return (
    <div className="table-scroll">
      <Table layout="fixed" verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th w={170}>{columns.key}</Table.Th><Table.Th>{columns.before}</Table.Th><Table.Th>{columns.after}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {values.map(({ key, before: old, after: current }) => (
            <Table.Tr key={key}>
              <Table.Th>{key}</Table.Th>
              <Table.Td className="value" data-tone={old === null ? undefined : "removed"}>{old}</Table.Td>
              <Table.Td className="value" data-tone={current === null ? undefined : "added"}>{current}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Facts({ event }: { readonly event: Event }) {
  const { labels } = texts.audit;
  const facts = [
    [labels.at, exactly(event.at)],
    [labels.reason, event.reason],
    [labels.address, event.ipAddress],
    [labels.agent, event.userAgent],
    [labels.request, event.requestId],
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));
  return (
    <dl className="facts">
      {facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

const SCREENS = { User: "/users/$id", Role: "/roles/$id", Permission: "/permissions/$id", SodConstraint: "/sod/$id" } as const;

/** Where to go on: the object, everything about it, everything by the actor. */
function Links({ event: { id, actor, targetType, targetId, targetLabel } }: { readonly event: Event }) {
  const screen = SCREENS[targetType as keyof typeof SCREENS];
  const name = targetLabel ?? targetType ?? "";
  return (
    <Group gap="md">
      {targetId && screen && <Link to={screen} params={{ id: targetId }} className="link">{texts.audit.open(name)}</Link>}
      {targetId && <Link to="/audit" search={{ involving: targetId }} className="link">{texts.audit.about(name)}</Link>}
      {actor && <Link to="/audit" search={{ actor: actor.id }} className="link">{texts.audit.by(actor.username)}</Link>}
      <CopyButton label={texts.copyId} value={() => id} />
    </Group>
  );
}
