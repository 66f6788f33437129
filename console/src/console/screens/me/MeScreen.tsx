import { Group, SimpleGrid, Stack } from "@mantine/core";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { CopyButton } from "../../components/CopyButton";
import { Screen } from "../../components/Screen";
import { NotFound, State } from "../../components/State";
import { useReview } from "../../draft/review";
import type { MeProfileQuery } from "../../gql/graphql";
import { ReasonedButton } from "../../components/ReasonedButton";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { endOtherSessions } from "../sessions/proposals";
import { SessionTable } from "../sessions/SessionTable";
import { MeQuery } from "./documents";
import { MyPermissions } from "./MyPermissions";
import { MyRoles } from "./MyRoles";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";

type Me = NonNullable<MeProfileQuery["me"]>;

/** The reader's own account. */
export default function MeScreen() {
  const query = useApi(MeQuery, {});
  return (
    <Screen title={texts.me.title} name={texts.me.title} operation={{ document: MeQuery, variables: {} }}>
      <State query={query}>
        {({ me }, answer) => {
          if (!me) return <NotFound />;
          return (
            <>
              <Group gap="md">
                <span>{me.username}</span>
                {me.email && <span className="faint">{me.email}</span>}
                <CopyButton label={shell.copyId} value={() => me.id} />
              </Group>
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
                <Card title={texts.me.profile}><ProfileForm key={me.displayName} displayName={me.displayName} /></Card>
                <Card title={texts.me.password}><PasswordForm /></Card>
              </SimpleGrid>
              <Card title={texts.me.roles}><MyRoles /></Card>
              <Card title={texts.me.sessions} error={errorAt(answer, "me.sessions")}><MySessions me={me} /></Card>
              <Card title={texts.me.permissions}><MyPermissions userId={me.id} /></Card>
            </>
          );
        }}
      </State>
    </Screen>
  );
}

function MySessions({ me: { username, sessions } }: { readonly me: Me }) {
  const review = useReview();
  const all = sessions?.nodes ?? [];
  return (
    <Stack gap="sm" align="stretch">
      <SessionTable sessions={all} />
      <div>
        <ReasonedButton reason={all.length > 1 ? null : texts.me.noOthers} variant="default" c="var(--k-red)" onClick={() => review(endOtherSessions(username))}>
          {texts.sessions.endOthers}
        </ReasonedButton>
      </div>
    </Stack>
  );
}
