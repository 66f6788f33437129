import { useApi } from "../../api/hooks";
import { ReasonedButton } from "../../components/ReasonedButton";
import { mutationProposal } from "../../draft/mutation";
import type { Proposal } from "../../draft/proposal";
import { useReview } from "../../draft/review";
import { useLack } from "../../session/context";
import { texts } from "../../texts/answers";
import { DemoQuery, LoadDemoMutation, RemoveDemoMutation } from "./documents";
import { Step } from "./GetStarted";

/** Loads the demo company into an empty installation, or removes it again. */
export function DemoStep() {
  const { start } = texts;
  const review = useReview();
  const lack = useLack();
  const demo = useApi(DemoQuery, {}).data?.data.demo;
  if (!demo) return null;
  const reason = lack("policy:apply");
  return (
    <Step isDone={demo.isLoaded} title={start.demo}>
      {demo.isLoaded ? (
        <ReasonedButton reason={reason} size="compact-sm" variant="default" onClick={() => review(removal())}>{start.demoRemove}</ReasonedButton>
      ) : (
        <ReasonedButton reason={demo.canLoad ? reason : start.demoNotEmpty} size="compact-sm" onClick={() => review(loading())}>{start.demoLoad}</ReasonedButton>
      )}
    </Step>
  );
}

function loading(): Proposal {
  const { start } = texts;
  return mutationProposal({
    title: start.demoLoad,
    sections: [{ key: "demo", title: start.demoName, lines: start.demoLines.map((text) => ({ sign: "added", text })) }],
    document: LoadDemoMutation,
    variables: () => ({}),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

function removal(): Proposal {
  const { start } = texts;
  return mutationProposal({
    title: start.demoRemove,
    sections: [{ key: "demo", title: start.demoName, lines: [{ sign: "removed", text: start.demoRemoved }] }],
    isDanger: true,
    document: RemoveDemoMutation,
    variables: () => ({}),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}
