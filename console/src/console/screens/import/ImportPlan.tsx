import { Alert, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "../../components/Card";
import { ReasonedButton } from "../../components/ReasonedButton";
import type { Named } from "../../draft/changes";
import { useReview } from "../../draft/review";
import { useDraft } from "../../draft/store";
import { useLack, useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { createUsers } from "./create";
import { type ExistingUser, type Lookup, lookUp } from "./lookup";
import { NewRoles } from "./NewRoles";
import { type Decisions, type Plan, planOf, UNDECIDED } from "./plan";
import { PlanTable } from "./PlanTable";
import type { Row } from "./rows";

/** What a file would do, from what the service has of its names. */
export function ImportPlan({ rows }: { readonly rows: readonly Row[] }) {
  const found = useQuery({ queryKey: ["import", rows], queryFn: () => lookUp(rows), retry: false });
  if (found.data) return <Decide rows={rows} lookup={found.data} />;
  return found.error ? <Alert color="red" role="alert">{found.error.message}</Alert> : <Text className="faint" role="status">{shell.loading}</Text>;
}

function Decide({ rows, lookup }: { readonly rows: readonly Row[]; readonly lookup: Lookup }) {
  const [decisions, setDecisions] = useState<Decisions>(UNDECIDED);
  const plan = planOf(rows, lookup, decisions);
  const invalid = rows.filter((row) => row.invalid).length;
  const existing = plan.rows.filter(({ row, user }) => user && !row.invalid).length;
  const toggleUser = (name: string) => setDecisions({ ...decisions, newUsers: toggled(decisions.newUsers, name) });
  const toggleRole = (name: string) => setDecisions({ ...decisions, newRoles: toggled(decisions.newRoles, name) });
  const meanUser = (name: string, user: ExistingUser) => setDecisions({ ...decisions, meantUsers: new Map([...decisions.meantUsers, [name.toLowerCase(), user]]) });
  const meanRole = (name: string, role: Named) => setDecisions({ ...decisions, meantRoles: new Map([...decisions.meantRoles, [name.toLowerCase(), role]]) });
  return (
    <>
      <Text role="status">{texts.import.summary(rows.length, existing, rows.length - existing - invalid, invalid)}</Text>
      {plan.newRoles.length > 0 && (
        <Card title={texts.import.newRoles}><NewRoles roles={plan.newRoles} onToggle={toggleRole} onMean={meanRole} /></Card>
      )}
      <PlanTable rows={plan.rows} onToggle={toggleUser} onMean={meanUser} />
      <Actions plan={plan} />
    </>
  );
}

function Actions({ plan: { usersToCreate, changes, newRoles } }: { readonly plan: Plan }) {
  const may = useMay();
  const lack = useLack();
  const review = useReview();
  const { add } = useDraft();
  const [isAdded, setAdded] = useState(false);
  const createsRole = newRoles.some(({ isTicked }) => isTicked);
  const assign = () => {
    for (const change of changes) add(change);
    setAdded(true);
  };
  return (
    <>
      <Group gap="sm">
        <ReasonedButton reason={lack("user:write") ?? (usersToCreate.length === 0 ? texts.import.nothingTicked : null)} onClick={() => review(createUsers(usersToCreate))}>
          {texts.import.create(usersToCreate.length)}
        </ReasonedButton>
        <ReasonedButton reason={obstacle()} onClick={assign}>{texts.import.assign(changes.length)}</ReasonedButton>
      </Group>
      <div role="status">{isAdded && <Text className="allowed">{texts.import.added}</Text>}</div>
    </>
  );

  function obstacle(): string | null {
    if (!may("role:assign")) return shell.lacks("role:assign");
    if (createsRole && !may("role:write")) return shell.lacks("role:write");
    if (usersToCreate.length > 0) return texts.import.usersFirst;
    return changes.length === 0 ? texts.import.nothingToAssign : null;
  }
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const key = name.toLowerCase();
  const next = new Set(names);
  if (!next.delete(key)) next.add(key);
  return next;
}
