import { Alert, Button, FileButton, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { mutate } from "../../api/mutate";
import { request } from "../../api/request";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useReview } from "../../draft/review";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import { texts as shell } from "../../texts/shell";
import { ApplyMutation, PlanQuery } from "./documents";
import { Editor } from "./Editor";
import { type Plan, proposalOf } from "./plan";
import { PlanView } from "./PlanView";

interface Document {
  readonly content: string;
  readonly format: "YAML" | "JSON";
  readonly mode: "MERGE" | "REPLACE";
}

interface Props {
  readonly document: Document;
  readonly onText: (text: string) => void;
  readonly onMode: (mode: Document["mode"]) => void;
}

/** A document to plan and to apply. What is applied is what was planned. */
export function ApplyTab({ document, onText, onMode }: Props) {
  const { planned, isPlanning, failure, isOutdated, make, forget, outdate } = usePlan();
  const review = useReview();
  const may = useMay();
  const readFile = (file: File | null) => void file?.text().then(onText);
  const isCurrent = planned !== null && JSON.stringify(planned.document) === JSON.stringify(document);
  const apply = ({ document, plan }: Planned) =>
    review(
      proposalOf({
        title: texts.policy.apply,
        plan,
        run: async (reason) => {
          const { policyApply } = (await mutate(ApplyMutation, { document, hash: plan.hash, reason })).data;
          return { revision: policyApply?.revision ?? null, problems: policyApply?.userErrors ?? [] };
        },
        onChanged: outdate,
        onSaved: forget,
      }),
    );
  return (
    <Stack gap="md">
      <Group gap="md">
        <FileButton onChange={readFile} accept=".yaml,.yml,.json">{(props) => <Button variant="default" {...props}>{texts.policy.file}</Button>}</FileButton>
        <SegmentedControl
          aria-label={texts.policy.mode}
          value={document.mode}
          onChange={(value) => onMode(value === "REPLACE" ? "REPLACE" : "MERGE")}
          data={[{ value: "MERGE", label: texts.policy.merge }, { value: "REPLACE", label: texts.policy.replace }]}
        />
        <Text className="faint" size="sm">{texts.policy.modes[document.mode]}</Text>
      </Group>
      <Editor text={document.content} onText={onText} problems={isCurrent ? planned.plan.blockers : []} />
      <Group gap="md">
        <ReasonedButton reason={document.content.trim() === "" ? texts.policy.noText : null} loading={isPlanning} onClick={() => void make(document)}>{texts.policy.plan}</ReasonedButton>
        <Text className="faint" size="sm">{texts.policy.readAs(document.format)}</Text>
      </Group>
      {failure && <Alert color="red" role="alert">{failure}</Alert>}
      {planned && !isCurrent && <Text className="faint">{texts.policy.edited}</Text>}
      {isOutdated && (
        <Alert color="yellow" role="alert">
          <Text mb="xs">{texts.policy.changed}</Text>
          <Button size="compact-sm" variant="default" onClick={() => void make(document)}>{texts.policy.again}</Button>
        </Alert>
      )}
      {planned && isCurrent && !isOutdated && (
        <PlanView plan={planned.plan}>
          <ReasonedButton reason={obstacleOf(planned.plan, may)} onClick={() => apply(planned)}>{texts.policy.applyButton(planned.plan.changes.length)}</ReasonedButton>
        </PlanView>
      )}
    </Stack>
  );
}

/** Why a plan cannot be applied; null when it can. */
export function obstacleOf(plan: Plan, may: (permission: string) => boolean): string | null {
  if (plan.isEmpty) return texts.policy.nothing;
  if (!plan.isApplicable) return texts.policy.blocked;
  return may("policy:apply") ? null : shell.lacks("policy:apply");
}

interface Planned {
  readonly document: Document;
  readonly plan: Plan;
}

function usePlan() {
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isPlanning, setPlanning] = useState(false);
  const [isOutdated, setOutdated] = useState(false);
  const latest = useRef(0);
  const make = async (document: Document) => {
    latest.current += 1;
    const own = latest.current;
    setPlanning(true);
    setFailure(null);
    try {
      const { data, errors } = await request(PlanQuery, { document });
      if (own !== latest.current) return;
      setPlanned(data.policyPlan && { document, plan: data.policyPlan });
      setOutdated(false);
      setFailure(data.policyPlan ? null : (errors[0]?.message ?? null));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setPlanning(false);
    }
  };
  return { planned, failure, isPlanning, isOutdated, make, forget: () => setPlanned(null), outdate: () => setOutdated(true) };
}
