import type { RoleLink } from "../../components/hierarchy";
import { type Change, draftedLinks } from "../../draft/changes";
import type { Hierarchy } from "./layout";

/** What the draft does to a link of the hierarchy; `refused` when it would close a cycle. */
export type LinkState = "kept" | "added" | "removed" | "refused";

export interface DrawnLink extends RoleLink {
  readonly state: LinkState;
}

/** The links of a hierarchy with those that the draft adds and removes, and each link of a cycle marked. */
export function drawnLinks({ roles, links }: Hierarchy, changes: readonly Change[]): readonly DrawnLink[] {
  const known = new Set(roles.map(({ id }) => id));
  const added = draftedLinks(changes, "inherit").filter(
    (link) => known.has(link.senior) && known.has(link.junior) && !links.some((other) => isSameLink(other, link)),
  );
  const removed = draftedLinks(changes, "disinherit");
  const isRemoved = (link: RoleLink) => removed.some((other) => isSameLink(other, link));
  const after = [...links.filter((link) => !isRemoved(link)), ...added];
  const cyclic = added.flatMap((link) => cycleOf(after, link));
  const state = (link: RoleLink, otherwise: LinkState) => (cyclic.some((other) => isSameLink(other, link)) ? "refused" : otherwise);
  return [
    ...links.map((link) => ({ ...link, state: isRemoved(link) ? ("removed" as const) : state(link, "kept") })),
    ...added.map((link) => ({ ...link, state: state(link, "added") })),
  ];
}

/** The shortest cycle through a link, as links that begin with it; empty when there is none. */
export function cycleOf(links: readonly RoleLink[], link: RoleLink): readonly RoleLink[] {
  if (link.senior === link.junior) return [link];
  const steps = new Map<string, RoleLink>();
  const queue = [link.junior];
  for (const role of queue) {
    for (const next of links) {
      if (next.senior !== role || steps.has(next.junior) || next.junior === link.junior) continue;
      steps.set(next.junior, next);
      queue.push(next.junior);
    }
  }
  const back: RoleLink[] = [];
  for (let step = steps.get(link.senior); step; step = steps.get(step.senior)) back.unshift(step);
  return back.length > 0 ? [link, ...back] : [];
}

/** Names of the roles of a cycle that the draft would close, from the first role back to it; null when there is none. */
export function draftedCycle({ roles, links }: Hierarchy, changes: readonly Change[]): readonly string[] | null {
  const drawn = drawnLinks({ roles, links }, changes).filter(({ state }) => state !== "removed");
  const names = new Map(roles.map(({ id, name }) => [id, name]));
  for (const link of draftedLinks(changes, "inherit")) {
    const cycle = cycleOf(drawn, link);
    const [first] = cycle;
    if (first) return [first.senior, ...cycle.map(({ junior }) => junior)].map((id) => names.get(id) ?? id);
  }
  return null;
}

function isSameLink(one: RoleLink, other: RoleLink): boolean {
  return one.senior === other.senior && one.junior === other.junior;
}
