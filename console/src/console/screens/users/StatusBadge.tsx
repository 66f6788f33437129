import type { UserStatus } from "../../gql/graphql";
import { texts } from "../../texts/people";

const TONES = { ACTIVE: "faint", SUSPENDED: "denied", DELETED: "denied" } as const;

/** Status of an account in words; one that is not active stands out. */
export function StatusBadge({ status }: { readonly status: UserStatus }) {
  return <span className={TONES[status]}>{texts.users.statuses[status]}</span>;
}
