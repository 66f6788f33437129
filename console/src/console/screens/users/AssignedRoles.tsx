import { Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { RoleLink, UserLink } from "../../components/links";
import { ReasonedButton } from "../../components/ReasonedButton";
import { exactly, Until, When } from "../../components/When";
import type { Named } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import type { UserRolesQuery } from "../../gql/graphql";
import { texts } from "../../texts/people";
import { AssignDialog } from "./AssignDialog";
import { DraftedRow, draftedFor } from "./drafted";
import type { Head } from "./proposals";
import { RareBadge } from "./RareBadge";
import { useRare } from "./rare";
import { TERMS_COLUMNS, TermsTable } from "./TermsTable";
import { useObstacle } from "./UserActions";

type Assignment = NonNullable<NonNullable<UserRolesQuery["user"]>["roleAssignments"]>[number];

interface Props {
  readonly user: Head;
  readonly assignments: readonly Assignment[];
}

const { columns } = texts.roles;

/** Assigned roles, and those that the draft would assign. */
export function AssignedRoles({ user, assignments }: Props) {
  const { draft } = useDraft();
  const obstacle = useObstacle(user);
  const rare = useRare(user.id);
  /** Open dialog: a role whose end is changed, or "new" for another role. */
  const [open, setOpen] = useState<Named | "new" | null>(null);
  const added = draftedFor(draft.changes, user.id, "assign").filter(({ link }) => !assignments.some(({ role }) => role.id === link.id));
  return (
    <Stack gap="sm" align="start">
      {assignments.length + added.length === 0 ? <Text className="faint">{texts.roles.none}</Text> : (
        <TermsTable label={texts.roles.assigned} object={columns.role} columns={columns}>
          {assignments.map((assignment) => (
            <AssignmentRow key={assignment.id} user={user} assignment={assignment} isRare={rare.roles.has(assignment.role.id)} onChangeEnd={() => setOpen(assignment.role)} />
          ))}
          {added.map(({ change, link }) => <DraftedRow key={link.id} change={change} columns={TERMS_COLUMNS} />)}
        </TermsTable>
      )}
      <ReasonedButton reason={obstacle("role:assign")} onClick={() => setOpen("new")} size="compact-md">{texts.roles.assign}</ReasonedButton>
      {open && <AssignDialog user={{ id: user.id, name: user.username }} role={open === "new" ? null : open} except={assignments.map(({ role }) => role.id)} onClose={() => setOpen(null)} />}
    </Stack>
  );
}

interface RowProps {
  readonly user: Head;
  readonly assignment: Assignment;
  readonly isRare: boolean;
  readonly onChangeEnd: () => void;
}

function AssignmentRow({ user, assignment, isRare, onChangeEnd }: RowProps) {
  const { draft, add } = useDraft();
  const obstacle = useObstacle(user);
  const { role, assignedAt, assignedBy, assignedByLabel, validFrom, expiresAt, reason } = assignment;
  const subject = { id: user.id, name: user.username };
  const [drafted] = draftedFor(draft.changes, user.id, "assign", "unassign").filter(({ link }) => link.id === role.id);
  if (drafted) return <DraftedRow change={drafted.change} columns={TERMS_COLUMNS} />;
  const refused = obstacle("role:assign") ?? (role.viewerCanAssign ? null : texts.beyondAuthority(role.name));
  const unassign = () => add({ kind: "unassign", user: subject, role: { id: role.id, name: role.name } });
  return (
    <Table.Tr>
      <Table.Td><RoleLink role={role} /> {isRare && <RareBadge />}</Table.Td>
      <Table.Td visibleFrom="sm"><When at={assignedAt} /></Table.Td>
      <Table.Td visibleFrom="sm">
        {assignedBy ? <UserLink user={assignedBy} /> : <span className="faint">{assignedByLabel}</span>}
      </Table.Td>
      <Table.Td>
        <Until at={expiresAt} />
        {validFrom && Date.parse(validFrom) > Date.now() && <Text className="warning" size="xs">{texts.roles.from(exactly(validFrom))}</Text>}
      </Table.Td>
      <Table.Td visibleFrom="sm">{reason}</Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <ReasonedButton reason={refused} size="compact-sm" variant="default" aria-label={texts.roles.changeOf(role.name)} onClick={onChangeEnd}>{texts.roles.change}</ReasonedButton>
          <ReasonedButton reason={refused} size="compact-sm" variant="default" aria-label={texts.roles.unassignOf(role.name)} onClick={unassign}>{texts.roles.unassign}</ReasonedButton>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
