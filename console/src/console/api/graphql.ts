import type { graphql as TypedGraphql } from "../gql";

const fragments = new Map<string, string>();

/**
 * A document of the API, typed by its text: the types are generated, while the text stays in the file that uses it and
 * is loaded with it. A fragment is a document too; others use it by name once its file is imported.
 */
export const graphql = ((source: string): unknown => {
  for (const [, name] of source.matchAll(/^\s*fragment (\w+) on /gm)) if (name) fragments.set(name, source.trim());
  return source.trim();
}) as typeof TypedGraphql;

/** The text of a document with the fragments that it uses. */
export function textOf(document: { toString(): string }): string {
  const parts = [document.toString()];
  const used = new Set<string>();
  for (const part of parts) {
    for (const [, name] of part.matchAll(/\.\.\.\s*(\w+)/g)) {
      if (!name || name === "on" || used.has(name)) continue;
      const fragment = fragments.get(name);
      if (!fragment) throw new Error(`the fragment ${name} is not imported`);
      used.add(name);
      parts.push(fragment);
    }
  }
  return parts.map(withoutMargin).join("\n\n");
}

/** Removes the indentation that a document has from the source around it. */
function withoutMargin(text: string): string {
  const lines = text.split("\n");
  const margin = Math.min(...lines.slice(1).filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line, index) => (index === 0 || !Number.isFinite(margin) ? line : line.slice(margin))).join("\n");
}
