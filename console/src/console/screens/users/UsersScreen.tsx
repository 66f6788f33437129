import { Button } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { pageArguments, Pager } from "../../components/Pager";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { FieldState } from "../../components/State";
import type { Named } from "../../draft/changes";
import { useLack } from "../../session/context";
import { texts } from "../../texts/people";
import { BulkAssign } from "./BulkAssign";
import { CreatedUser } from "./CreatedUser";
import { CreateUser } from "./CreateUser";
import { UsersQuery } from "./documents";
import type { UsersSearch } from "./search";
import { UsersFilters } from "./UsersFilters";
import { UsersTable } from "./UsersTable";

/** All users, with filters that live in the address. */
export default function UsersScreen() {
  const search = useSearch({ from: "/users" });
  const navigate = useNavigate({ from: "/users" });
  const lack = useLack();
  const [ticked, setTicked] = useState<readonly Named[]>([]);
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<Named | null>(null);
  const variables = { ...pageArguments(search), filter: filterOf(search) };
  const query = useApi(UsersQuery, variables, { keep: true });
  const set = (change: Partial<UsersSearch>) => void navigate({ search: { ...search, after: undefined, before: undefined, ...change } });
  return (
    <Screen
      title={texts.users.title}
      name={texts.users.title}
      operation={{ document: UsersQuery, variables }}
      actions={
        <>
          <Button component={Link} to="/import" variant="default">{texts.users.import}</Button>
          <ReasonedButton reason={lack("user:write")} onClick={() => setCreating(true)}>{texts.create.open}</ReasonedButton>
        </>
      }
    >
      {isCreating && <CreateUser onClose={() => setCreating(false)} onCreated={setCreated} />}
      {created && <Card><CreatedUser user={created} onClose={() => setCreated(null)} /></Card>}
      <UsersFilters search={search} onChange={set} />
      {ticked.length > 0 && <BulkAssign users={ticked} onDone={() => setTicked([])} />}
      <FieldState query={query} path="users" field={({ users }) => users}>
        {(users) => (
          <>
            <UsersTable users={users.nodes} ticked={ticked} onTick={setTicked} />
            <Pager page={users.pageInfo} total={users.totalCount} onPage={set} />
          </>
        )}
      </FieldState>
    </Screen>
  );
}

function filterOf({ search, status, role, roleBy, permission }: UsersSearch) {
  return {
    search: search ?? null,
    permission: permission ?? null,
    ...(status ? { status: [status] } : {}),
    ...(roleBy === "assigned" ? { assignedRoleId: role ?? null } : { authorizedRoleId: role ?? null }),
  };
}
