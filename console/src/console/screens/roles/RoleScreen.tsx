import { Group, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { CopyButton } from "../../components/CopyButton";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { NotFound, State } from "../../components/State";
import { useReview } from "../../draft/review";
import { useLack, useMay } from "../../session/context";
import { texts as shell } from "../../texts/shell";
import { texts } from "../../texts/roles";
import { RoleQuery } from "./documents";
import { deletion, type Role } from "./proposals";
import { RoleConstraints } from "./RoleConstraints";
import { RoleForm } from "./RoleForm";
import { RoleHistory } from "./RoleHistory";
import { RoleInheritance } from "./RoleInheritance";
import { RoleBadges } from "./RoleList";
import { RoleMembers } from "./RoleMembers";
import { RolePermissions } from "./RolePermissions";
import { RoleSettings } from "./RoleSettings";
import { ROLE_TABS, type RoleSearch } from "./search";

const route = getRouteApi("/roles/$id");

/** One role: its permissions with their sources, its place in the hierarchy, its members, constraints and history. */
export default function RoleScreen() {
  const { id } = route.useParams();
  const query = useApi(RoleQuery, { id });
  return <State query={query}>{({ role }) => (role ? <Details role={role} /> : <NotFound />)}</State>;
}

function Details({ role }: { readonly role: Role }) {
  const { id, name, description, isSystem, viewerCanManage } = role;
  const { tab = "permissions" }: RoleSearch = route.useSearch();
  const navigate = useNavigate();
  const review = useReview();
  const may = useMay();
  const lack = useLack();
  const [isCopying, form] = useDisclosure(false);
  const undeletable = isSystem ? texts.immutable : (lack("role:delete") ?? (viewerCanManage ? null : texts.cannotManage));
  const actions = (
    <>
      <CopyButton label={shell.copyId} value={() => id} />
      <ReasonedButton reason={lack("role:write")} variant="default" onClick={form.toggle} aria-expanded={isCopying}>
        {texts.duplicate}
      </ReasonedButton>
      <ReasonedButton reason={undeletable} color="red" variant="light" onClick={() => review(deletion(role, () => void navigate({ to: "/roles" })))}>
        {texts.delete}
      </ReasonedButton>
    </>
  );
  return (
    <Screen title={<Group gap="sm">{name} <RoleBadges role={role} /></Group>} name={name} actions={actions} operation={{ document: RoleQuery, variables: { id } }}>
      {description && <Text className="faint">{description}</Text>}
      {isCopying && <RoleForm onDone={form.close} source={{ id, name }} />}
      {may("role:write") && viewerCanManage && <RoleSettings key={role.version} role={role} />}
      <Tabs value={tab} onChange={(value) => void navigate({ to: "/roles/$id", params: { id }, search: { tab: ROLE_TABS.find((tab) => tab === value) } })}>
        <Tabs.List mb="md">
          {ROLE_TABS.map((value) => <Tabs.Tab key={value} value={value}>{texts.tabs[value]}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === "permissions" && <RolePermissions role={role} />}
          {tab === "inherits" && <RoleInheritance role={role} />}
          {tab === "members" && <RoleMembers role={role} />}
          {tab === "constraints" && <RoleConstraints id={id} />}
          {tab === "history" && <RoleHistory id={id} />}
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
