import { memo } from "react";
import type { CellKind } from "./cells";
import { SIZES } from "./grid";
import { SIGNS } from "./signs";

interface Props {
  readonly row: number;
  readonly column: number;
  readonly kind: CellKind;
  readonly isLocked: boolean;
  readonly isMarked: boolean;
  readonly isActive: boolean;
  /** Its state in words, with its source or the reason why it is locked. */
  readonly state: string;
  readonly label: string;
}

/** One cell. It renders only when what it shows changes. */
export const MatrixCell = memo(function MatrixCell({ row, column, kind, isLocked, isMarked, isActive, state, label }: Props) {
  return (
    <div
      role="gridcell"
      className="matrix-cell"
      style={{ left: SIZES.names + (column - 1) * SIZES.column }}
      aria-colindex={column + 1}
      aria-label={label}
      aria-readonly={isLocked || undefined}
      data-row={row}
      data-column={column}
      data-kind={kind}
      data-locked={isLocked || undefined}
      data-marked={isMarked || undefined}
      data-tip={state}
      tabIndex={isActive ? 0 : -1}
    >
      {kind === "empty" && isLocked ? SIGNS.locked : SIGNS[kind]}
    </div>
  );
});
