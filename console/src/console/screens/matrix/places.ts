import { changeOf, isGranted, type Lock } from "./cells";
import type { Column, Line } from "./lines";
import type { Model } from "./model";
import type { MatrixPermission, MatrixRole } from "./policy";
import type { Change } from "../../draft/changes";

/** A place in the grid. Row 0 holds the headings of the columns, and column 0 those of the rows. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a page. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
}

/** Where a key leads from a place; null when the key does not move. */
export function moved({ row, column }: Place, { key, ctrlKey }: Key, { rows, columns, page }: Size): Place | null {
  const at = (nextRow: number, nextColumn: number): Place => ({ row: clamp(nextRow, rows), column: clamp(nextColumn, columns) });
  switch (key) {
    case "ArrowUp":
      return at(row - 1, column);
    case "ArrowDown":
      return at(row + 1, column);
    case "ArrowLeft":
      return at(row, column - 1);
    case "ArrowRight":
      return at(row, column + 1);
    case "PageUp":
      return at(row - page, column);
    case "PageDown":
      return at(row + page, column);
    case "Home":
      return at(ctrlKey ? 0 : row, 0);
    case "End":
      return at(ctrlKey ? rows - 1 : row, columns - 1);
    default:
      return null;
  }
}

interface Grid {
  readonly model: Model;
  readonly columns: readonly Column[];
  readonly lines: readonly Line[];
  readonly lockOf: (role: MatrixRole, permission: MatrixPermission) => Lock | null;
}

/** A change with the role that it edits. */
export interface CellChange {
  readonly change: Change;
  readonly role: MatrixRole;
}

/** The change of a click; null where there is nothing to change. */
export function toggled(grid: Grid, place: Place): CellChange | null {
  const found = cellAt(grid, place);
  if (!found) return null;
  const { column, permission } = found;
  const kind = isGranted(grid.model, column.at, permission) ? "revoke" : "grant";
  return { change: changeOf(kind, column.role, permission), role: column.role };
}

/** The changes that give all cells between two places the state of the first. Locked cells stay as they are. */
export function filled(grid: Grid, from: Place, to: Place): readonly CellChange[] {
  const first = cellAt(grid, from, true);
  if (!first) return [];
  const wanted = isGranted(grid.model, first.column.at, first.permission);
  const changes: CellChange[] = [];
  for (let row = Math.min(from.row, to.row); row <= Math.max(from.row, to.row); row += 1) {
    for (let column = Math.min(from.column, to.column); column <= Math.max(from.column, to.column); column += 1) {
      const cell = cellAt(grid, { row, column });
      if (!cell || isGranted(grid.model, cell.column.at, cell.permission) === wanted) continue;
      const { role } = cell.column;
      changes.push({ change: changeOf(wanted ? "grant" : "revoke", role, cell.permission), role });
    }
  }
  return changes;
}

function cellAt({ columns, lines, lockOf }: Grid, place: Place, evenLocked = false) {
  const line = lines[place.row - 1];
  const column = columns[place.column - 1];
  if (line?.kind !== "permission" || !column) return null;
  return evenLocked || lockOf(column.role, line.permission) === null ? { column, permission: line.permission } : null;
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(value, length - 1));
}
