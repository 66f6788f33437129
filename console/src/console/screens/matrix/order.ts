import { neighbours, type RoleLink } from "../../components/hierarchy";
import type { Named } from "../../draft/changes";
import { compare } from "./policy";

/** Roles with juniors before their seniors, and by name where the hierarchy does not say. */
export function juniorsFirst<Role extends Named>(roles: readonly Role[], links: readonly RoleLink[]): readonly Role[] {
  const byName = [...roles].sort((a, b) => compare(a.name, b.name));
  const waiting = new Map(byName.map(({ id }) => [id, 0]));
  const seniors = neighbours(links, "junior", "senior");
  for (const { senior, junior } of links) if (waiting.has(junior)) waiting.set(senior, (waiting.get(senior) ?? 0) + 1);
  const position = new Map(byName.map(({ id }, index) => [id, index]));
  const ready = byName.filter(({ id }) => waiting.get(id) === 0);
  const ordered: Role[] = [];
  for (let next = ready.shift(); next; next = ready.shift()) {
    ordered.push(next);
    for (const id of seniors.get(next.id) ?? []) {
      const left = (waiting.get(id) ?? 0) - 1;
      waiting.set(id, left);
      const senior = left === 0 ? byName[position.get(id) ?? -1] : undefined;
      if (senior) insert(ready, senior, (role) => position.get(role.id) ?? 0);
    }
  }
  // Roles of a cycle, which only a draft can have.
  return ordered.length === byName.length ? ordered : [...ordered, ...byName.filter((role) => !ordered.includes(role))];
}

function insert<Item>(sorted: Item[], item: Item, key: (item: Item) => number): void {
  const at = sorted.findIndex((other) => key(other) > key(item));
  sorted.splice(at < 0 ? sorted.length : at, 0, item);
}
