import { graphlib, layout } from "@dagrejs/dagre";
import { neighbours, reachable, type RoleLink } from "../../components/hierarchy";
import type { Named } from "../../draft/changes";

export interface Hierarchy {
  readonly roles: readonly Named[];
  readonly links: readonly RoleLink[];
}

export interface Placed extends Named {
  readonly x: number;
  readonly y: number;
}

export const NODE = { width: 150, height: 36 };

/** Roles in layers, seniors above the juniors that they inherit from. */
export function placed({ roles, links }: Hierarchy): readonly Placed[] {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of roles) graph.setNode(id, { ...NODE });
  for (const { senior, junior } of links) graph.setEdge(senior, junior);
  layout(graph);
  return roles.map((role) => {
    const { x, y } = graph.node(role.id);
    return { ...role, x: x - NODE.width / 2, y: y - NODE.height / 2 };
  });
}

/** Ids of the roles that one inherits from, directly or through others. */
export function juniorsOf(links: readonly RoleLink[], id: string): ReadonlySet<string> {
  return reachable(links, "senior", "junior")(id);
}

/** Ids of the roles that inherit from one, directly or through others. */
export function seniorsOf(links: readonly RoleLink[], id: string): ReadonlySet<string> {
  return reachable(links, "junior", "senior")(id);
}

/** The roles to draw: all that have a link when there are few, else those around the focus. */
export function shownAround({ roles, links }: Hierarchy, focus: string | undefined, most: number): Hierarchy {
  if (roles.length <= most) return { roles, links };
  const linked = new Set(links.flatMap(({ senior, junior }) => [senior, junior]));
  const around = focus === undefined ? linked : new Set([focus, ...juniorsOf(links, focus), ...seniorsOf(links, focus)]);
  const kept = roles.filter(({ id }) => around.has(id)).slice(0, most);
  const ids = new Set(kept.map(({ id }) => id));
  return { roles: kept, links: links.filter(({ senior, junior }) => ids.has(senior) && ids.has(junior)) };
}

/** A line of the indented list. */
export interface TreeRow extends Named {
  readonly depth: number;
  /** Whether what is below the role stands at an earlier line already. */
  readonly isRepeated: boolean;
}

/** The hierarchy as lines, each role below every role that inherits from it, and what is below it once. */
export function treeRows({ roles, links }: Hierarchy, roots: readonly string[]): readonly TreeRow[] {
  const byId = new Map(roles.map((role) => [role.id, role]));
  const juniors = neighbours(links, "senior", "junior");
  const expanded = new Set<string>();
  const rows: TreeRow[] = [];
  const stack = [...roots].reverse().map((id) => ({ id, depth: 0 }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { id, depth } = next;
    const role = byId.get(id);
    if (!role) continue;
    const below = juniors.get(id) ?? [];
    rows.push({ ...role, depth, isRepeated: below.length > 0 && expanded.has(id) });
    if (expanded.has(id)) continue;
    expanded.add(id);
    for (const junior of [...below].reverse()) stack.push({ id: junior, depth: depth + 1 });
  }
  return rows;
}
