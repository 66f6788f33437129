import { Stack } from "@mantine/core";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { State } from "../../components/State";
import { texts } from "../../texts/people";
import { AssignedRoles } from "./AssignedRoles";
import { DirectGrants } from "./DirectGrants";
import { UserRolesQuery } from "./documents";
import { InheritedRoles } from "./InheritedRoles";
import type { Head } from "./proposals";

/** Roles of a user, and permissions granted directly. */
export function RolesTab({ user }: { readonly user: Head }) {
  const query = useApi(UserRolesQuery, { id: user.id });
  return (
    <Stack gap="md">
      <State query={query}>
        {(data, answer) => (
          <>
            <Card title={texts.roles.assigned} error={errorAt(answer, "user.roleAssignments")}>
              <AssignedRoles user={user} assignments={data.user?.roleAssignments ?? []} />
            </Card>
            <Card title={texts.roles.inherited} error={errorAt(answer, "user.authorizedRoles")}>
              <InheritedRoles userId={user.id} assigned={(data.user?.roleAssignments ?? []).map(({ role }) => role)} authorized={data.user?.authorizedRoles ?? []} />
            </Card>
          </>
        )}
      </State>
      <DirectGrants user={user} />
    </Stack>
  );
}
