import { useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";
import { SIZES } from "./grid";
import type { Place } from "./places";

const OVERSCAN = { rows: 6, columns: 3 };

export interface InView {
  /** Rows of the grid that are rendered, without the headings. */
  readonly rows: readonly number[];
  /** First and last column that are rendered. */
  readonly columns: { readonly from: number; readonly to: number };
  readonly scrollTo: (place: Place) => void;
}

/** What is in view of a grid of lines and columns. The row of the place with the focus is rendered wherever it is. */
export function useInView(scroller: RefObject<HTMLElement | null>, lines: number, columns: number, active: Place): InView {
  const down = useVirtualizer({
    count: lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZES.row,
    overscan: OVERSCAN.rows,
    scrollPaddingStart: SIZES.headings,
    // One rendering for both directions.
    useFlushSync: false,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZES.column,
    overscan: OVERSCAN.columns,
    scrollPaddingStart: SIZES.names,
    useFlushSync: false,
  });
  const rows = down.getVirtualItems().map(({ index }) => index + 1);
  if (active.row > 0 && !rows.includes(active.row)) rows.push(active.row);
  const shown = across.getVirtualItems();
  return {
    rows,
    columns: { from: (shown[0]?.index ?? 0) + 1, to: (shown.at(-1)?.index ?? -1) + 1 },
    scrollTo: ({ row, column }) => {
      if (row === 0) down.scrollToOffset(0);
      else down.scrollToIndex(row - 1);
      if (column === 0) across.scrollToOffset(0);
      else across.scrollToIndex(column - 1);
    },
  };
}
