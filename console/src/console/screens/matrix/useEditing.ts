import { useRef, useState } from "react";
import { texts } from "../../texts/matrix";
import type { Grid } from "./grid";
import { type Anchor, anchorAt, type CellChange, filled, type Place, placeOf, toggled } from "./places";

export interface Editing {
  /** Changes one cell, at which the next range begins. */
  readonly toggle: (at: Place) => void;
  /** Begins the next range at a place. */
  readonly begin: (at: Place) => void;
  /** Fills the range up to a place, which began at `start` unless one has begun. */
  readonly fill: (to: Place, start: Place) => void;
  /** What the last change was, for a screen reader. */
  readonly said: string;
}

/** The changes of cells, one by one and by ranges. */
export function useEditing(grid: Grid, onChange: (changes: readonly CellChange[]) => void): Editing {
  const anchor = useRef<Anchor | null>(null);
  const [said, setSaid] = useState("");
  const apply = (changes: readonly CellChange[]) => {
    setSaid(texts.changed(changes.length));
    if (changes.length > 0) onChange(changes);
  };
  const begin = (at: Place) => {
    anchor.current = anchorAt(grid, at);
  };
  const toggle = (at: Place) => {
    const change = toggled(grid, at);
    begin(at);
    apply(change ? [change] : []);
  };
  const fill = (to: Place, start: Place) => {
    const from = anchor.current && placeOf(grid, anchor.current);
    if (from) return apply(filled(grid, from, to));
    begin(start);
    if (start.row === to.row && start.column === to.column) toggle(to);
    else apply(filled(grid, start, to));
  };
  return { toggle, begin, fill, said };
}
