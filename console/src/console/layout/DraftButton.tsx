import { Button } from "@mantine/core";
import { useReview } from "../draft/review";
import { useDraft } from "../draft/store";
import { texts } from "../texts/draft";

/** The number of changes in the draft; opens their review. */
export function DraftButton() {
  const { draft } = useDraft();
  const review = useReview();
  if (draft.changes.length === 0) return null;
  return (
    <Button radius="xl" size="compact-md" variant="light" color="yellow" c="var(--k-amber)" onClick={() => review("draft")}>
      ● {texts.changes(draft.changes.length)}
    </Button>
  );
}
