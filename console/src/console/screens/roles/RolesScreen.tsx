import { Group, SegmentedControl } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { FilterField } from "../../components/FilterField";
import { pageArguments } from "../../components/Pager";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { useLack } from "../../session/context";
import { texts } from "../../texts/roles";
import { MATRIX_OPERATION } from "../matrix/documents";
import { HierarchyQuery, RolesQuery } from "./documents";
import { RoleForm } from "./RoleForm";
import { RoleList } from "./RoleList";
import { type RolesSearch, VIEWS } from "./search";

const RoleGraph = lazy(() => import("./RoleGraph"));
const RoleMatrix = lazy(() => import("../matrix/RoleMatrix"));
const route = getRouteApi("/roles");

/** Roles as a list, as a matrix of permissions, or as a graph, with one filter and one draft. */
export default function RolesScreen() {
  const search: RolesSearch = route.useSearch();
  const navigate = useNavigate();
  const lack = useLack();
  const [isCreating, form] = useDisclosure(false);
  const { view = "list" } = search;
  const show = (next: Partial<RolesSearch>) => void navigate({ to: "/roles", search: (former: RolesSearch) => ({ ...former, after: undefined, before: undefined, ...next }), replace: true });
  const variables = { ...pageArguments(search), filter: { search: search.search ?? null, permission: search.permission ?? null } };
  const operations = {
    list: { document: RolesQuery, variables },
    matrix: MATRIX_OPERATION,
    graph: { document: HierarchyQuery, variables: {} },
  };
  const create = (
    <ReasonedButton reason={lack("role:write")} onClick={form.toggle} aria-expanded={isCreating}>
      {texts.create}
    </ReasonedButton>
  );
  return (
    <Screen
      title={texts.title}
      name={texts.title}
      actions={create}
      operation={operations[view]}
    >
      {isCreating && <RoleForm onDone={form.close} />}
      <Group gap="sm">
        <SegmentedControl
          aria-label={texts.view}
          value={view}
          onChange={(value) => void navigate({ to: "/roles", search: { ...search, view: VIEWS.find((view) => view === value) } })}
          data={VIEWS.map((value) => ({ value, label: texts.views[value] }))}
        />
        {view === "list" && (
          <FilterField hideLabel label={texts.search} value={search.search} onChange={(text) => show({ search: text })} />
        )}
      </Group>
      {view === "list" && <RoleList variables={variables} onPage={(page) => show(page)} />}
      {view === "matrix" && <Suspense><RoleMatrix search={search} onSearch={show} /></Suspense>}
      {view === "graph" && <Suspense><RoleGraph selected={search.selected} onSelect={(selected) => show({ selected })} /></Suspense>}
    </Screen>
  );
}
