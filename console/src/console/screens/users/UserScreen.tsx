import { Group, Tabs, Text } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import type { Operation } from "../../components/AsRequest";
import { CopyButton } from "../../components/CopyButton";
import { pageArguments } from "../../components/Pager";
import { Screen } from "../../components/Screen";
import { NotFound, State } from "../../components/State";
import { When } from "../../components/When";
import { oneOf } from "../../components/search";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { AccessTab } from "./AccessTab";
import { UserAccessQuery, UserHistoryQuery, UserQuery, UserRolesQuery, UserSessionsQuery } from "./documents";
import { HistoryTab } from "./HistoryTab";
import type { Head } from "./proposals";
import { RolesTab } from "./RolesTab";
import type { userSearch } from "./search";
import { SessionsTab } from "./SessionsTab";
import { StatusBadge } from "./StatusBadge";
import { UserActions } from "./UserActions";

const TABS = ["access", "roles", "sessions", "history"] as const;

/** One user: what the user may do and why, roles, sessions, history. */
export default function UserScreen() {
  const { id } = useParams({ from: "/users/$id" });
  const query = useApi(UserQuery, { id });
  return <State query={query}>{({ user }) => (user ? <Details key={user.id} user={user} /> : <NotFound />)}</State>;
}

function Details({ user }: { readonly user: Head }) {
  const search = useSearch({ from: "/users/$id" });
  const { tab = "access" } = search;
  const navigate = useNavigate({ from: "/users/$id" });
  const { id, username, email, displayName, status, lastLoginAt } = user;
  return (
    <Screen title={username} name={username} actions={<UserActions user={user} />} operation={operationOf(tab, id, search)}>
      <Group gap="md">
        <StatusBadge status={status} />
        {displayName !== username && <Text>{displayName}</Text>}
        {email && <Text className="faint">{email}</Text>}
        <Text className="faint">{texts.users.columns.lastLogin}: <When at={lastLoginAt} /></Text>
        <CopyButton label={shell.copyId} value={() => id} />
      </Group>
      <Tabs value={tab} keepMounted={false} onChange={(next) => void navigate({ search: { tab: oneOf(next, TABS) } })}>
        <Tabs.List mb="md">
          {TABS.map((name) => <Tabs.Tab key={name} value={name}>{texts.user.tabs[name]}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="access"><AccessTab user={user} /></Tabs.Panel>
        <Tabs.Panel value="roles"><RolesTab user={user} /></Tabs.Panel>
        <Tabs.Panel value="sessions"><SessionsTab user={user} /></Tabs.Panel>
        <Tabs.Panel value="history"><HistoryTab user={user} /></Tabs.Panel>
      </Tabs>
    </Screen>
  );
}

/** The operation that yields what a tab shows. */
function operationOf(tab: (typeof TABS)[number], id: string, search: ReturnType<typeof userSearch>): Operation {
  switch (tab) {
    case "access":
      return { document: UserAccessQuery, variables: { id, ...pageArguments(search), search: search.search ?? null } };
    case "roles":
      return { document: UserRolesQuery, variables: { id } };
    case "sessions":
      return { document: UserSessionsQuery, variables: { id, ...pageArguments(search) } };
    case "history":
      return { document: UserHistoryQuery, variables: { id, ...pageArguments(search) } };
  }
}
