import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Card } from "../../components/Card";
import { ImpactCard } from "../../draft/ImpactCard";
import { ProblemList } from "../../draft/ProblemList";
import { texts } from "../../texts/answers";
import { Sentence } from "../audit/Sentence";
import { diffLines, type Plan, placeOf } from "./plan";

const SIGNS: Readonly<Record<string, { readonly sign: string; readonly tone: string }>> = {
  CREATE: { sign: "▲", tone: "allowed" },
  DELETE: { sign: "▽", tone: "denied" },
};

/** What a document would change, for whom, and what stands in the way. */
export function PlanView({ plan, children }: { readonly plan: Plan; readonly children?: ReactNode }) {
  const { changes, diff, impact, isEmpty, baseRevision } = plan;
  const blockers = plan.blockers.filter(({ message }) => placeOf(message) === null);
  const isRead = plan.hash !== "";
  return (
    <Stack gap="md" component="section">
      {isRead && (
        <Group justify="space-between">
          <Title order={2}>{isEmpty ? texts.policy.nothing : texts.policy.changes(changes.length)}</Title>
          {children}
        </Group>
      )}
      {blockers.length > 0 && <ProblemList problems={blockers} />}
      {isRead && !isEmpty && (
        <>
          <Card>
            <ul className="plain-list">
              {changes.map(({ action, summary }) => {
                const { sign, tone } = SIGNS[action] ?? { sign: "=", tone: "" };
                return <li key={summary}><span className={tone} aria-label={action.toLowerCase()} role="img">{sign}</span> <Sentence text={summary} /></li>;
              })}
            </ul>
          </Card>
          <ImpactCard title={null} impact={impact} />
          {diff !== "" && (
            <pre className="listing" tabIndex={0} role="region" aria-label={texts.policy.diff}>
              {diffLines(diff).map(({ text, tone }, index) => <div key={index} data-tone={tone}>{text || " "}</div>)}
            </pre>
          )}
        </>
      )}
      {isRead && <Text className="faint" size="sm">{texts.policy.comparedWith(baseRevision)}</Text>}
    </Stack>
  );
}
