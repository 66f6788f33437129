import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { mutate } from "../../api/mutate";
import { Card } from "../../components/Card";
import { ReasonedButton } from "../../components/ReasonedButton";
import { NotFound, State } from "../../components/State";
import { useReview } from "../../draft/review";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import { texts as shell } from "../../texts/shell";
import { obstacleOf } from "./ApplyTab";
import { RollbackMutation, RollbackPlanQuery } from "./documents";
import { type Plan, proposalOf } from "./plan";
import { PlanView } from "./PlanView";

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** What going back to a revision would do, and the button that does it. */
export function Rollback({ id, onClose }: Props) {
  const query = useApi(RollbackPlanQuery, { id });
  const [isOutdated, setOutdated] = useState(false);
  const review = useReview();
  const may = useMay();
  const rollBack = (plan: Plan, number: number) =>
    review(
      proposalOf({
        title: texts.policy.rollBack(number),
        plan,
        run: async (reason) => {
          const { policyRollback } = (await mutate(RollbackMutation, { id, hash: plan.hash, reason })).data;
          return { revision: policyRollback?.revision ?? null, problems: policyRollback?.userErrors ?? [] };
        },
        onChanged: () => setOutdated(true),
        onSaved: onClose,
      }),
    );
  const planAgain = () => void query.refetch().then(() => setOutdated(false));
  return (
    <State query={query}>
      {({ policyRollbackPlan: plan, node }, answer) => {
        if (!plan) return <Card error={errorAt(answer, "policyRollbackPlan")}><NotFound /></Card>;
        const number = node && "number" in node ? node.number : 0;
        return (
          <Stack gap="md" component="section">
            <Group justify="space-between">
              <Title order={2}>{texts.policy.rollBack(number)}</Title>
              <Button variant="default" size="compact-sm" onClick={onClose}>{shell.close}</Button>
            </Group>
            <Text className="faint">{texts.policy.rollBackHint}</Text>
            {isOutdated ? (
              <Alert color="yellow" role="alert">
                <Text mb="xs">{texts.policy.changed}</Text>
                <Button size="compact-sm" variant="default" onClick={planAgain}>{texts.policy.again}</Button>
              </Alert>
            ) : (
              <PlanView plan={plan}>
                <ReasonedButton reason={obstacleOf(plan, may)} onClick={() => rollBack(plan, number)}>{texts.policy.rollBackButton}</ReasonedButton>
              </PlanView>
            )}
          </Stack>
        );
      }}
    </State>
  );
}
