/** A link of the role hierarchy, by ids: a senior inherits from a junior. */
export interface RoleLink {
  readonly senior: string;
  readonly junior: string;
}

/** All that each id reaches over one or more links. */
export function reachable(links: readonly RoleLink[], from: keyof RoleLink, to: keyof RoleLink): (id: string) => ReadonlySet<string> {
  const next = neighbours(links, from, to);
  const found = new Map<string, ReadonlySet<string>>();
  return (id) => {
    const known = found.get(id);
    if (known) return known;
    const reached = new Set<string>(next.get(id));
    for (const each of reached) for (const other of next.get(each) ?? []) reached.add(other);
    reached.delete(id);
    found.set(id, reached);
    return reached;
  };
}

/** What each id is linked with immediately. */
export function neighbours(links: readonly RoleLink[], from: keyof RoleLink, to: keyof RoleLink): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  for (const link of links) {
    const list = next.get(link[from]);
    if (list) list.push(link[to]);
    else next.set(link[from], [link[to]]);
  }
  return next;
}
