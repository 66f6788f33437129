import { Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { PermissionLink, UserLink } from "../../components/links";
import { ReasonedButton } from "../../components/ReasonedButton";
import { State } from "../../components/State";
import { Until, When } from "../../components/When";
import { useDraft } from "../../draft/store";
import type { UserGrantsQuery as Result } from "../../gql/graphql";
import { texts } from "../../texts/people";
import { UserGrantsQuery } from "./documents";
import { DraftedRow, draftedFor } from "./drafted";
import { GrantDialog } from "./GrantDialog";
import type { Head } from "./proposals";
import { RareBadge } from "./RareBadge";
import { useRare } from "./rare";
import { TERMS_COLUMNS, TermsTable } from "./TermsTable";
import { useObstacle } from "./UserActions";

type Grant = NonNullable<NonNullable<Result["user"]>["effectivePermissions"]>["nodes"][number];

const { columns } = texts.direct;

/** Permissions granted to a user directly, and those that the draft would grant. */
export function DirectGrants({ user }: { readonly user: Head }) {
  const query = useApi(UserGrantsQuery, { id: user.id });
  return (
    <State query={query}>
      {(data, answer) => (
        <Card title={texts.direct.title} error={errorAt(answer, "user.effectivePermissions")}>
          <Grants user={user} grants={data.user?.effectivePermissions?.nodes ?? []} />
        </Card>
      )}
    </State>
  );
}

function Grants({ user, grants }: { readonly user: Head; readonly grants: readonly Grant[] }) {
  const { draft } = useDraft();
  const obstacle = useObstacle(user);
  const rare = useRare(user.id);
  const [isGranting, setGranting] = useState(false);
  const added = draftedFor(draft.changes, user.id, "grantUser").filter(({ link }) => !grants.some(({ permission }) => permission.id === link.id));
  return (
    <Stack gap="sm" align="start">
      {grants.length + added.length === 0 ? <Text className="faint">{texts.direct.none}</Text> : (
        <TermsTable label={texts.direct.title} object={columns.permission} columns={columns}>
          {grants.map((grant) => <GrantRow key={grant.permission.id} user={user} grant={grant} isRare={rare.permissions.has(grant.permission.id)} />)}
          {added.map(({ change, link }) => <DraftedRow key={link.id} change={change} columns={TERMS_COLUMNS} />)}
        </TermsTable>
      )}
      <ReasonedButton reason={obstacle("permission:grant")} onClick={() => setGranting(true)} size="compact-md" variant="default">{texts.direct.grant}</ReasonedButton>
      {isGranting && <GrantDialog user={{ id: user.id, name: user.username }} except={grants.map(({ permission }) => permission.id)} onClose={() => setGranting(false)} />}
    </Stack>
  );
}

interface RowProps {
  readonly user: Head;
  readonly grant: Grant;
  readonly isRare: boolean;
}

function GrantRow({ user, grant: { permission, paths }, isRare }: RowProps) {
  const { draft, add } = useDraft();
  const obstacle = useObstacle(user);
  const direct = paths.find(({ kind }) => kind === "DIRECT");
  const [drafted] = draftedFor(draft.changes, user.id, "grantUser", "revokeUser").filter(({ link }) => link.id === permission.id);
  if (drafted) return <DraftedRow change={drafted.change} columns={TERMS_COLUMNS} />;
  const revoke = () => add({ kind: "revokeUser", user: { id: user.id, name: user.username }, permission: { id: permission.id, name: permission.name } });
  return (
    <Table.Tr>
      <Table.Td>
        <PermissionLink permission={permission} /> {isRare && <RareBadge />}
      </Table.Td>
      <Table.Td visibleFrom="sm"><When at={direct?.grantedAt} /></Table.Td>
      <Table.Td visibleFrom="sm">{direct?.grantedBy && <UserLink user={direct.grantedBy} />}</Table.Td>
      <Table.Td><Until at={direct?.expiresAt} /></Table.Td>
      <Table.Td visibleFrom="sm">{direct?.reason}</Table.Td>
      <Table.Td ta="right">
        <ReasonedButton reason={obstacle("permission:grant")} size="compact-sm" variant="default" aria-label={texts.direct.revokeOf(permission.name)} onClick={revoke}>
          {texts.direct.revoke}
        </ReasonedButton>
      </Table.Td>
    </Table.Tr>
  );
}
