import { oneOf, text } from "../../components/search";

/** What the matrix shows, as search parameters. */
export interface MatrixSearch {
  /** Part of the names of the roles. */
  readonly search?: string | undefined;
  /** Part of the names of the permissions. */
  readonly rows?: string | undefined;
  readonly differ?: "yes" | undefined;
  /** Ids of two roles to compare. */
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}

export function matrixSearch(search: Record<string, unknown>): Omit<MatrixSearch, "search"> {
  return { rows: text(search["rows"]), differ: oneOf(search["differ"], ["yes"]), left: text(search["left"]), right: text(search["right"]) };
}
