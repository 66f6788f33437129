import { createContext, lazy, type ReactNode, Suspense, use, useMemo, useState } from "react";
import type { Proposal } from "./proposal";

const ReviewDrawer = lazy(() => import("./ReviewDrawer"));

/** What the drawer shows: the draft, or one action. */
export type Reviewed = "draft" | Proposal;

const ReviewContext = createContext<(reviewed: Reviewed) => void>(() => {});

/** Opens the review of the draft, or of one action. */
export function useReview(): (reviewed: Reviewed) => void {
  return use(ReviewContext);
}

/** Holds the one drawer in which every kind of change is reviewed and saved. */
export function ReviewProvider({ children }: { readonly children: ReactNode }) {
  const [reviewed, setReviewed] = useState<Reviewed | null>(null);
  const open = useMemo(() => (next: Reviewed) => setReviewed(next), []);
  return (
    <ReviewContext value={open}>
      {children}
      <Suspense>{reviewed && <ReviewDrawer reviewed={reviewed} onClose={() => setReviewed(null)} />}</Suspense>
    </ReviewContext>
  );
}
