import { Badge, Button, Group, Tabs, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { CopyButton } from "../../components/CopyButton";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { NotFound, State } from "../../components/State";
import { useReview } from "../../draft/review";
import { useLack } from "../../session/context";
import { texts as shell } from "../../texts/shell";
import { texts } from "../../texts/permissions";
import { Describe } from "./Describe";
import { PermissionQuery } from "./documents";
import { PermissionHistory } from "./PermissionHistory";
import { PermissionRoles } from "./PermissionRoles";
import { PermissionUsers } from "./PermissionUsers";
import { deletion, type Permission } from "./proposals";
import { PERMISSION_TABS } from "./search";

const route = getRouteApi("/permissions/$id");

/** One permission: who has it, which roles have it, and its history. */
export default function PermissionScreen() {
  const { id } = route.useParams();
  const query = useApi(PermissionQuery, { id });
  return <State query={query}>{({ permission }) => (permission ? <Details permission={permission} /> : <NotFound />)}</State>;
}

function Details({ permission }: { readonly permission: Permission }) {
  const { id, name, description, isSystem } = permission;
  const { tab = "users" } = route.useSearch();
  const navigate = useNavigate();
  const review = useReview();
  const lack = useLack();
  const reason = isSystem ? texts.immutable : lack("permission:write");
  const title = <Group gap="sm"><span className="name">{name}</span>{isSystem && <Badge variant="light" color="gray">{texts.builtIn}</Badge>}</Group>;
  const actions = (
    <>
      <Button variant="default" onClick={() => void navigate({ to: "/why", search: { permission: name } })}>{texts.who}</Button>
      <CopyButton label={shell.copyId} value={() => id} />
      <ReasonedButton reason={reason} color="red" variant="light" onClick={() => review(deletion(permission, () => void navigate({ to: "/permissions" })))}>
        {texts.delete}
      </ReasonedButton>
    </>
  );
  return (
    <Screen title={title} name={name} actions={actions} operation={{ document: PermissionQuery, variables: { id } }}>
      {reason === null ? <Describe key={description} permission={permission} /> : <Text className="faint">{description}</Text>}
      <Tabs value={tab} onChange={(value) => void navigate({ to: "/permissions/$id", params: { id }, search: { tab: PERMISSION_TABS.find((tab) => tab === value) } })}>
        <Tabs.List mb="md">
          {PERMISSION_TABS.map((value) => <Tabs.Tab key={value} value={value}>{texts.tabs[value]}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === "users" && <PermissionUsers id={id} />}
          {tab === "roles" && <PermissionRoles permission={permission} />}
          {tab === "history" && <PermissionHistory id={id} />}
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
