import { Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { pageArguments, Pager } from "../../components/Pager";
import { ReasonedButton } from "../../components/ReasonedButton";
import { FieldState } from "../../components/State";
import { useReview } from "../../draft/review";
import { useMay, useViewer } from "../../session/context";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { endAllSessions } from "../sessions/proposals";
import { SessionTable } from "../sessions/SessionTable";
import { UserSessionsQuery } from "./documents";
import type { Head } from "./proposals";

/** Live sessions of a user. */
export function SessionsTab({ user }: { readonly user: Head }) {
  const search = useSearch({ from: "/users/$id" });
  const navigate = useNavigate({ from: "/users/$id" });
  const review = useReview();
  const may = useMay();
  const { user: self } = useViewer();
  const query = useApi(UserSessionsQuery, { id: user.id, ...pageArguments(search) }, { keep: true });
  const isAllowed = may("session:revoke") || user.id === self.id;
  return (
    <FieldState query={query} path="user.sessions" field={({ user }) => user?.sessions}>
      {(page) => (
        <Stack gap="md" align="stretch">
          <SessionTable sessions={page.nodes} />
          <Pager page={page.pageInfo} total={page.totalCount} onPage={(position) => void navigate({ search: { tab: search.tab, ...position } })} />
          {page.totalCount > 0 && (
            <div>
              <ReasonedButton reason={isAllowed ? null : shell.lacks("session:revoke")} variant="default" c="var(--k-red)" onClick={() => review(endAllSessions(user, page.totalCount))}>
                {texts.sessions.endAll}
              </ReasonedButton>
            </div>
          )}
        </Stack>
      )}
    </FieldState>
  );
}
