import { createContext, use } from "react";
import { type Lock } from "./cells";
import type { Column, Line } from "./lines";
import type { Model } from "./model";
import type { MatrixPermission, MatrixRole } from "./policy";

/** Sizes in pixels. */
export const SIZES = { row: 32, column: 116, names: 240, headings: 70 } as const;

/** What all parts of the grid show. */
export interface Grid {
  readonly model: Model;
  readonly columns: readonly Column[];
  readonly lines: readonly Line[];
  readonly lockOf: (role: MatrixRole, permission: MatrixPermission) => Lock | null;
  /** Whether two roles are compared. */
  readonly isComparing: boolean;
  readonly onToggleGroup: (resource: string) => void;
}

const GridContext = createContext<Grid | null>(null);

export const GridProvider = GridContext.Provider;

export function useGrid(): Grid {
  const grid = use(GridContext);
  if (!grid) throw new Error("this is no part of a grid");
  return grid;
}
