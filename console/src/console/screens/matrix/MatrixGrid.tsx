import { VisuallyHidden } from "@mantine/core";
import { type FocusEvent, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { texts } from "../../texts/matrix";
import { type Grid, GridProvider, SIZES } from "./grid";
import { Headings } from "./Headings";
import { MatrixRow } from "./MatrixRow";
import { type CellChange, moved, type Place } from "./places";
import { Tip } from "./Tip";
import { useEditing } from "./useEditing";
import { useInView } from "./useInView";

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
  const wanted = useRef<Place | null>(null);
  const { toggle, begin, fill, said } = useEditing(grid, onChange);
  const view = useInView(scroller, lines.length, columns.length, active);

  useEffect(() => {
    // An effect of an earlier rendering, which knows an earlier place, must not take the focus.
    if (wanted.current !== place) return;
    wanted.current = null;
    focusAt(scroller.current, active);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === " " && active.column > 0 && lines[active.row - 1]?.kind === "permission") {
      event.preventDefault();
      toggle(active);
      return;
    }
    const next = moved(active, event, size);
    if (!next || event.altKey || event.metaKey) return;
    event.preventDefault();
    wanted.current = next;
    setPlace(next);
    view.scrollTo(next);
    if (event.shiftKey && event.key.startsWith("Arrow")) fill(next, active);
    else begin(next);
  };
  const onClick = ({ target, shiftKey }: MouseEvent) => {
    const at = placeIn(target);
    if (!at || at.row === 0 || at.column === 0) return;
    if (shiftKey) fill(at, at);
    else toggle(at);
  };
  const onFocus = ({ target }: FocusEvent) => {
    const at = placeIn(target);
    if (!at || (at.row === active.row && at.column === active.column)) return;
    setPlace(at);
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
          <Headings {...view.columns} active={active.row === 0 ? active.column : null} />
          {view.rows.map((row) => <MatrixRow key={row} row={row} {...view.columns} active={row === active.row ? active.column : null} />)}
        </div>
        <Tip within={scroller} />
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </GridProvider>
  );
}

function placeIn(target: EventTarget): Place | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
  return element && { row: Number(element.dataset["row"]), column: Number(element.dataset["column"]) };
}

/** Moves the focus to a place: to the link or the button of a heading, or to the cell itself. */
function focusAt(within: HTMLElement | null, { row, column }: Place): void {
  const here = within?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`) ?? within?.querySelector<HTMLElement>(`[data-row="${row}"]`);
  (here?.querySelector<HTMLElement>("[tabindex]") ?? here)?.focus({ preventScroll: true });
}
