import { Badge, Table, Text } from "@mantine/core";
import { CopyButton } from "../../components/CopyButton";
import { RoleLink, UserLink } from "../../components/links";
import { ReasonedButton } from "../../components/ReasonedButton";
import { When } from "../../components/When";
import { useReview } from "../../draft/review";
import type { SessionRowPartsFragment } from "../../gql/graphql";
import { useMay, useViewer } from "../../session/context";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { endSession } from "./proposals";

interface Props {
  readonly sessions: readonly SessionRowPartsFragment[];
  /** Whether the sessions are of several users. */
  readonly hasUsers?: boolean;
  /** What an empty table says. */
  readonly empty?: string;
}

const { columns } = texts.sessions;

/** Live sessions, each with a button to end it. */
export function SessionTable({ sessions, hasUsers = false, empty = texts.sessions.none }: Props) {
  if (sessions.length === 0) return <Text className="faint">{empty}</Text>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={texts.sessions.title}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {hasUsers && <Table.Th>{columns.user}</Table.Th>}
            <Table.Th>{columns.device}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.ip}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.roles}</Table.Th>
            <Table.Th>{columns.lastSeen}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.expires}</Table.Th>
            <Table.Td visibleFrom="sm" />
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.map((session) => <SessionRow key={session.id} session={session} hasUser={hasUsers} />)}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function SessionRow({ session, hasUser }: { readonly session: SessionRowPartsFragment; readonly hasUser: boolean }) {
  const review = useReview();
  const may = useMay();
  const { user: self } = useViewer();
  const { user, device, userAgent, ipAddress, activeRoles, lastSeenAt, expiresAt, isCurrent } = session;
  const isAllowed = user.id === self.id || may("session:revoke");
  return (
    <Table.Tr>
      {hasUser && <Table.Td><UserLink user={user} /></Table.Td>}
      <Table.Td title={userAgent ?? undefined}>
        {device} {isCurrent && <Badge variant="light" size="sm" tt="none">{texts.sessions.current}</Badge>}
        <Text className="faint" size="xs" hiddenFrom="sm">{ipAddress ?? texts.sessions.unknown}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{ipAddress ?? <span className="faint">{texts.sessions.unknown}</span>}</Table.Td>
      <Table.Td visibleFrom="sm"><RoleLinks roles={activeRoles} /></Table.Td>
      <Table.Td><When at={lastSeenAt} /></Table.Td>
      <Table.Td visibleFrom="sm"><When at={expiresAt} /></Table.Td>
      <Table.Td visibleFrom="sm"><CopyButton label={shell.copyId} value={() => session.id} /></Table.Td>
      <Table.Td ta="right">
        <ReasonedButton
          reason={isAllowed ? null : shell.lacks("session:revoke")}
          onClick={() => review(endSession(session))}
          size="compact-sm"
          variant="default"
          aria-label={texts.sessions.endOf(device)}
        >
          {texts.sessions.end}
        </ReasonedButton>
      </Table.Td>
    </Table.Tr>
  );
}

/** Names of roles as links. */
export function RoleLinks({ roles }: { readonly roles: readonly { readonly id: string; readonly name: string }[] }) {
  if (roles.length === 0) return <span className="faint">{texts.sessions.noRoles}</span>;
  return (
    <>
      {roles.map((role, index) => (
        <span key={role.id}>{index > 0 && ", "}<RoleLink role={role} /></span>
      ))}
    </>
  );
}
