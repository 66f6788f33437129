import { Badge, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { UserLink } from "../../components/links";
import { pageArguments, Pager } from "../../components/Pager";
import { UserPicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { State } from "../../components/State";
import { UntilPicker } from "../../components/UntilPicker";
import { type Change, hasChange } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import type { RoleMembersQuery as Result } from "../../gql/graphql";
import { texts } from "../../texts/roles";
import { RoleMembersQuery } from "./documents";
import type { Role } from "./proposals";
import type { RoleSearch } from "./search";

type User = NonNullable<NonNullable<Result["role"]>["authorizedUsers"]>["nodes"][number];

const route = getRouteApi("/roles/$id");

/** Users who are assigned a role, or all who have it by inheritance too. */
export function RoleMembers({ role }: { readonly role: Role }) {
  const search: RoleSearch = route.useSearch();
  const navigate = useNavigate();
  const isAll = search.all === "yes";
  const query = useApi(RoleMembersQuery, { id: role.id, all: isAll, ...pageArguments(search) }, { keep: true });
  const reason = role.viewerCanAssign ? null : texts.cannotAssign;
  const show = (next: Partial<RoleSearch>) =>
    void navigate({ to: "/roles/$id", params: { id: role.id }, search: { tab: "members", all: search.all, ...next } });
  return (
    <Stack gap="md">
      <SegmentedControl
        w="fit-content"
        aria-label={texts.tabs.members}
        value={isAll ? "yes" : "no"}
        onChange={(value) => show({ all: value === "yes" ? "yes" : undefined })}
        data={[{ value: "no", label: texts.assigned }, { value: "yes", label: texts.everybody }]}
      />
      <State query={query}>
        {({ role: members }, answer) => {
          const users = isAll ? members?.authorizedUsers : members?.assignedUsers;
          return (
            <Card error={errorAt(answer, isAll ? "role.authorizedUsers" : "role.assignedUsers")}>
              {users?.nodes.length === 0 && <Text className="faint">{texts.noMembers}</Text>}
              <Table>
                <Table.Tbody>
                  {(users?.nodes ?? []).map((user) => <Member key={user.id} user={user} role={role} isAll={isAll} reason={reason} />)}
                </Table.Tbody>
              </Table>
              {users && <Pager page={users.pageInfo} total={users.totalCount} onPage={show} />}
            </Card>
          );
        }}
      </State>
      <Assign role={role} reason={reason} />
    </Stack>
  );
}

interface MemberProps {
  readonly user: Pick<User, "id" | "username" | "displayName"> & { readonly roles?: User["roles"] };
  readonly role: Role;
  readonly isAll: boolean;
  readonly reason: string | null;
}

function Member({ user, role, isAll, reason }: MemberProps) {
  const { draft, add } = useDraft();
  const named = { id: user.id, name: user.username };
  const unassignment: Change = { kind: "unassign", user: named, role };
  const isDrafted = hasChange(draft.changes, unassignment);
  const isAssigned = !isAll || (user.roles ?? []).some(({ id }) => id === role.id);
  return (
    <Table.Tr>
      <Table.Td><UserLink user={user} /> {isDrafted && <Badge size="xs" color="red" variant="light">{texts.drafted}</Badge>}</Table.Td>
      <Table.Td className="faint">{isAssigned ? user.displayName : (user.roles ?? []).map(({ name }) => name).join(", ")}</Table.Td>
      <Table.Td ta="right">
        {isAssigned && (
          <ReasonedButton reason={reason} size="compact-sm" variant="subtle" onClick={() => add(unassignment)}>{texts.unassign}</ReasonedButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Assign({ role, reason }: { readonly role: Role; readonly reason: string | null }) {
  const { add } = useDraft();
  const [expiresAt, setExpiresAt] = useState<string | null>(null);
  if (reason !== null) return <Text className="faint">{reason}</Text>;
  return (
    <Group align="end" gap="sm">
      <UserPicker label={texts.assign} value={null} onChange={(user) => user && add({ kind: "assign", user, role, expiresAt, reason: null })} />
      <UntilPicker onChange={setExpiresAt} />
    </Group>
  );
}
