import { VisuallyHidden } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { texts } from "../../texts/matrix";
import { type Grid, GridProvider, SIZES } from "./grid";
import { Headings } from "./Headings";
import { MatrixRow } from "./MatrixRow";
import { type CellChange, filled, moved, type Place, toggled } from "./places";
import { Tip } from "./Tip";

const OVERSCAN = { rows: 6, columns: 3 };
const ROWS_OF_A_PAGE = 10;

interface Props {
  readonly grid: Grid;
  readonly onChange: (changes: readonly CellChange[]) => void;
}

/** The grid. Only what is in view is rendered, and one cell is in the order of the tab key. */
export function MatrixGrid({ grid, onChange }: Props) {
  const { lines, columns } = grid;
  const scroller = useRef<HTMLDivElement>(null);
  const size = { rows: lines.length + 1, columns: columns.length + 1, page: ROWS_OF_A_PAGE };
  const [place, setPlace] = useState<Place>({ row: 1, column: 0 });
  const active = { row: Math.min(place.row, size.rows - 1), column: Math.min(place.column, size.columns - 1) };
  const anchor = useRef<Place>(active);
  const isMoving = useRef(false);
  const [said, setSaid] = useState("");
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZES.row,
    overscan: OVERSCAN.rows,
    scrollPaddingStart: SIZES.headings,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZES.column,
    overscan: OVERSCAN.columns,
    scrollPaddingStart: SIZES.names,
  });
  const shownRows = rows.getVirtualItems().map(({ index }) => index + 1);
  if (active.row > 0 && !shownRows.includes(active.row)) shownRows.push(active.row);
  const shownColumns = across.getVirtualItems();
  const range = { from: (shownColumns[0]?.index ?? 0) + 1, to: (shownColumns.at(-1)?.index ?? -1) + 1 };

  useEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    focusAt(scroller.current, active);
  });
  const apply = (changes: readonly CellChange[]) => {
    setSaid(texts.changed(changes.length));
    if (changes.length > 0) onChange(changes);
  };
  const toggle = (at: Place) => {
    const change = toggled(grid, at);
    anchor.current = at;
    apply(change ? [change] : []);
  };
  const fill = (to: Place) => apply(filled(grid, anchor.current, to));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === " " && active.column > 0 && lines[active.row - 1]?.kind === "permission") {
      event.preventDefault();
      toggle(active);
      return;
    }
    const next = moved(active, event, size);
    if (!next || event.altKey || event.metaKey) return;
    event.preventDefault();
    isMoving.current = true;
    setPlace(next);
    if (next.row > 0) rows.scrollToIndex(next.row - 1);
    if (next.column > 0) across.scrollToIndex(next.column - 1);
    if (event.shiftKey && event.key.startsWith("Arrow")) fill(next);
    else anchor.current = next;
  };
  const onClick = ({ target, shiftKey }: MouseEvent) => {
    const at = placeOf(target);
    if (!at || at.row === 0 || at.column === 0) return;
    if (shiftKey) fill(at);
    else toggle(at);
  };
  const onFocus = ({ target }: FocusEvent) => {
    const at = placeOf(target);
    if (at && (at.row !== active.row || at.column !== active.column)) setPlace(at);
  };
  return (
    <GridProvider value={grid}>
      <div ref={scroller} className="matrix-scroll">
        <div
          role="grid"
          aria-label={texts.label}
          aria-rowcount={size.rows}
          aria-colcount={size.columns}
          className="matrix-grid"
          style={{ width: SIZES.names + columns.length * SIZES.column, height: SIZES.headings + lines.length * SIZES.row }}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onFocus={onFocus}
        >
          <Headings {...range} active={active.row === 0 ? active.column : null} />
          {shownRows.map((row) => <MatrixRow key={row} row={row} {...range} active={row === active.row ? active.column : null} />)}
        </div>
        <Tip within={scroller} />
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </GridProvider>
  );
}

function placeOf(target: EventTarget): Place | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
  return element && { row: Number(element.dataset["row"]), column: Number(element.dataset["column"]) };
}

/** Moves the focus to a place: to the link or the button of a heading, or to the cell itself. */
function focusAt(within: HTMLElement | null, { row, column }: Place): void {
  const here = within?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`) ?? within?.querySelector<HTMLElement>(`[data-row="${row}"]`);
  (here?.querySelector<HTMLElement>("[tabindex]") ?? here)?.focus({ preventScroll: true });
}
