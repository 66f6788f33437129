import { Checkbox, Table, Text } from "@mantine/core";
import { UserLink } from "../../components/links";
import { When } from "../../components/When";
import type { Named } from "../../draft/changes";
import type { UsersPageQuery } from "../../gql/graphql";
import { texts } from "../../texts/people";
import { RoleLinks } from "../sessions/SessionTable";
import { StatusBadge } from "./StatusBadge";

type User = NonNullable<UsersPageQuery["users"]>["nodes"][number];

interface Props {
  readonly users: readonly User[];
  /** Users that are selected, on other pages too. */
  readonly ticked: readonly Named[];
  readonly onTick: (ticked: readonly Named[]) => void;
}

const { columns } = texts.users;

export function UsersTable({ users, ticked, onTick }: Props) {
  if (users.length === 0) return <Text className="faint">{texts.users.empty}</Text>;
  const ids = new Set(ticked.map(({ id }) => id));
  const others = ticked.filter(({ id }) => !users.some((user) => user.id === id));
  const all = users.every(({ id }) => ids.has(id));
  const toggle = (user: Named) => onTick(ids.has(user.id) ? ticked.filter(({ id }) => id !== user.id) : [...ticked, user]);
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={texts.users.title}>
      <Table verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Td w={36}>
              <Checkbox
                size="xs"
                aria-label={texts.users.tickAll}
                checked={all}
                indeterminate={!all && users.some(({ id }) => ids.has(id))}
                onChange={() => onTick(all ? others : [...others, ...users.map(named)])}
              />
            </Table.Td>
            <Table.Th>{columns.username}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.name}</Table.Th>
            <Table.Th>{columns.status}</Table.Th>
            <Table.Th>{columns.roles}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.lastLogin}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => <UserRow key={user.id} user={user} isTicked={ids.has(user.id)} onToggle={() => toggle(named(user))} />)}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps {
  readonly user: User;
  readonly isTicked: boolean;
  readonly onToggle: () => void;
}

function UserRow({ user, isTicked, onToggle }: RowProps) {
  const { username, displayName, status, roles, lastLoginAt } = user;
  return (
    <Table.Tr>
      <Table.Td><Checkbox size="xs" aria-label={texts.users.tick(username)} checked={isTicked} onChange={onToggle} /></Table.Td>
      <Table.Td><UserLink user={user} /></Table.Td>
      <Table.Td visibleFrom="sm">{displayName === username ? null : displayName}</Table.Td>
      <Table.Td><StatusBadge status={status} /></Table.Td>
      <Table.Td><RoleLinks roles={roles ?? []} /></Table.Td>
      <Table.Td visibleFrom="sm"><When at={lastLoginAt} /></Table.Td>
    </Table.Tr>
  );
}

function named({ id, username }: User): Named {
  return { id, name: username };
}
