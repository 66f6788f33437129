import { Group } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Refusal } from "../../components/Card";
import { FilterField } from "../../components/FilterField";
import { pageArguments, Pager } from "../../components/Pager";
import { UserPicker } from "../../components/pickers";
import { Screen } from "../../components/Screen";
import { State } from "../../components/State";
import { useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { SessionsQuery, SessionsUserQuery } from "./documents";
import { SessionTable } from "./SessionTable";

/** All live sessions. */
export default function SessionsScreen() {
  const search = useSearch({ from: "/sessions" });
  const navigate = useNavigate({ from: "/sessions" });
  const may = useMay();
  const variables = { ...pageArguments(search), filter: { userId: search.user ?? null, ipAddress: search.ip ?? null } };
  const query = useApi(SessionsQuery, variables, { keep: true });
  const chosen = useApi(SessionsUserQuery, { id: search.user ?? "" }, { enabled: search.user !== undefined });
  const user = search.user === undefined ? null : (chosen.data?.data.user ?? null);
  const set = (change: { readonly user?: string | undefined; readonly ip?: string | undefined }) =>
    void navigate({ search: { ...search, ...change, after: undefined, before: undefined } });
  return (
    <Screen title={texts.sessions.title} name={texts.sessions.title} operation={{ document: SessionsQuery, variables }}>
      <Group align="end" gap="sm">
        {may("user:read") && (
          <UserPicker label={texts.sessions.user} value={user && { id: user.id, name: user.username }} onChange={(choice) => set({ user: choice?.id })} />
        )}
        <FilterField label={texts.sessions.address} placeholder={texts.sessions.addressHint} value={search.ip} onChange={(ip) => set({ ip })} />
      </Group>
      <State query={query}>
        {({ sessions }, answer) => {
          const error = errorAt(answer, "sessions");
          if (error) return <Refusal error={error} />;
          return (
            <>
              <SessionTable sessions={sessions?.nodes ?? []} hasUsers empty={texts.sessions.noMatch} />
              {sessions && <Pager page={sessions.pageInfo} total={sessions.totalCount} onPage={(page) => void navigate({ search: { ...search, after: undefined, before: undefined, ...page } })} />}
            </>
          );
        }}
      </State>
    </Screen>
  );
}
