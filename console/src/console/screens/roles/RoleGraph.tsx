import "@xyflow/react/dist/style.css";
import { Alert, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Background, Controls, type Edge, MarkerType, type Node, ReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useApi } from "../../api/hooks";
import { RolePicker } from "../../components/pickers";
import { FieldState } from "../../components/State";
import { useDraft } from "../../draft/store";
import type { HierarchyQuery as Result } from "../../gql/graphql";
import { useLack } from "../../session/context";
import { texts } from "../../texts/roles";
import { HierarchyQuery } from "./documents";
import { draftedCycle, type DrawnLink, drawnLinks } from "./inheritance";
import { type Hierarchy, juniorsOf, NODE, placed, seniorsOf, shownAround } from "./layout";
import { RoleTree } from "./RoleTree";

const MOST_DRAWN = 300;

type HierarchyRole = NonNullable<Result["roleHierarchy"]>["roles"][number];

interface Props {
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

/** The role hierarchy as a layered graph, with the same as a list beside it. */
export default function RoleGraph({ selected, onSelect }: Props) {
  const query = useApi(HierarchyQuery, {});
  return (
    <FieldState query={query} path="roleHierarchy" field={({ roleHierarchy }) => roleHierarchy}>
      {(roleHierarchy) => {
        const links = roleHierarchy.links.map(({ role, inheritsFrom }) => ({ senior: role.id, junior: inheritsFrom.id }));
        const { roles } = roleHierarchy;
        return <Views hierarchy={{ roles, links }} focus={roles.find(({ id }) => id === selected) ?? null} selected={selected} onSelect={onSelect} />;
      }}
    </FieldState>
  );
}

interface ViewsProps extends Props {
  readonly hierarchy: Hierarchy;
  readonly focus: HierarchyRole | null;
}

function Views({ hierarchy, focus, selected, onSelect }: ViewsProps) {
  const { draft } = useDraft();
  const shown = useMemo(() => shownAround(hierarchy, selected, MOST_DRAWN), [hierarchy, selected]);
  const cycle = useMemo(() => draftedCycle(hierarchy, draft.changes), [hierarchy, draft.changes]);
  return (
    <Stack gap="sm">
      <Group align="end" gap="sm">
        <RolePicker label={texts.graph.search} value={focus} onChange={(role) => onSelect(role?.id)} />
        {focus && <JuniorPicker role={focus} hierarchy={hierarchy} />}
      </Group>
      {cycle && <Alert color="red" role="alert" title={texts.graph.cycle}>{texts.graph.cyclePath(cycle)}</Alert>}
      {shown.roles.length < hierarchy.roles.length && <Text className="faint">{texts.graph.many(shown.roles.length, hierarchy.roles.length)}</Text>}
      <div className="graph-views">
        <Drawing hierarchy={shown} selected={selected} onSelect={onSelect} />
        <RoleTree hierarchy={shown} selected={selected} onSelect={onSelect} />
      </div>
      <Text className="faint" size="sm">{texts.graph.legend}</Text>
    </Stack>
  );
}

/** Chooses a role that the selected one is to inherit from, or says why it may not be changed. */
function JuniorPicker({ role, hierarchy: { links } }: { readonly role: HierarchyRole; readonly hierarchy: Hierarchy }) {
  const { add } = useDraft();
  const lack = useLack();
  const obstacle = lack("role:write") ?? (role.viewerCanManage ? null : texts.cannotManage);
  if (obstacle !== null) return <Text className="faint" size="sm">{obstacle}</Text>;
  const direct = links.filter(({ senior }) => senior === role.id).map(({ junior }) => junior);
  return (
    <RolePicker
      label={texts.graph.addTo(role.name)}
      value={null}
      except={[role.id, ...direct]}
      onChange={(from) => from && add({ kind: "inherit", role: { id: role.id, name: role.name }, from }, { role, version: role.version })}
    />
  );
}

function Drawing({ hierarchy, selected, onSelect }: Props & { readonly hierarchy: Hierarchy }) {
  const navigate = useNavigate();
  const { draft } = useDraft();
  const links = useMemo(() => drawnLinks(hierarchy, draft.changes), [hierarchy, draft.changes]);
  const places = useMemo(() => placed(hierarchy), [hierarchy]);
  const lit = useMemo(
    () => (selected ? new Set([selected, ...juniorsOf(hierarchy.links, selected), ...seniorsOf(hierarchy.links, selected)]) : null),
    [hierarchy, selected],
  );
  const isLit = (id: string) => lit === null || lit.has(id);
  const nodes = places.map(({ id, name, x, y }): Node => ({
    id,
    position: { x, y },
    data: { label: name },
    width: NODE.width,
    height: NODE.height,
    className: id === selected ? "role-node selected" : isLit(id) ? "role-node" : "role-node unlit",
    ariaLabel: name,
  }));
  const edges = links.map((link) => edgeOf(link, isLit(link.senior) && isLit(link.junior)));
  return (
    <section className="graph card" aria-label={texts.graph.region}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        fitView
        minZoom={0.1}
        nodesConnectable={false}
        nodesDraggable={false}
        onNodeClick={(_, { id }) => onSelect(id === selected ? undefined : id)}
        onNodeDoubleClick={(_, { id }) => void navigate({ to: "/roles/$id", params: { id } })}
        onSelectionChange={({ nodes: [node] }) => node && node.id !== selected && onSelect(node.id)}
        colorMode="system"
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  );
}

function edgeOf({ senior, junior, state }: DrawnLink, isLit: boolean): Edge {
  return {
    id: `${senior} ${junior}`,
    source: senior,
    target: junior,
    className: isLit || state !== "kept" ? `role-edge ${state}` : "role-edge unlit",
    markerEnd: { type: MarkerType.ArrowClosed },
    focusable: false,
    ...(state === "kept" ? {} : { label: texts.graph.states[state] }),
  };
}
