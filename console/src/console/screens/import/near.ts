const SHORT = 4;
const OFFERED = 3;

/** Names at most a typing error away (two in long names), nearest first. The names are compared without regard to case. */
export function nearMisses<Item extends { readonly name: string }>(name: string, items: readonly Item[]): readonly Item[] {
  const limit = name.length <= SHORT ? 1 : 2;
  return items
    .map((item) => ({ item, distance: editDistance(name.toLowerCase(), item.name.toLowerCase()) }))
    .filter(({ distance }) => distance > 0 && distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, OFFERED)
    .map(({ item }) => item);
}

/** Parts of a name of which at least one survives a typing error: an error touches at most two neighbouring ones. */
export function pieces(name: string): readonly string[] {
  const third = Math.max(1, Math.ceil(name.length / 3));
  const parts = [name.slice(0, third), name.slice(third, 2 * third), name.slice(2 * third)];
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))];
}

/** Number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isEqual = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (isEqual ? 0 : 1));
      rows[row]?.push(isSwapped ? Math.min(best, at(row - 2, column - 2) + 1) : best);
    }
  }
  return at(from.length, to.length);
}
