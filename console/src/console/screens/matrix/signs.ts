import { texts } from "../../texts/matrix";
import type { Cell, CellKind, Lock } from "./cells";

/** Signs of the cells. */
export const SIGNS: Readonly<Record<CellKind | "locked", string>> = {
  direct: "●",
  redundant: "●",
  inherited: "◐",
  pattern: "✱",
  added: "▲",
  removed: "▽",
  addedAbove: "▲",
  removedAbove: "▽",
  empty: "",
  locked: "⊘",
};

/** The state of a cell in words: where the permission comes from, what the draft does to it, and why it is locked. */
export function stateOf({ kind, sources, nextSources }: Cell, lock: Lock | null, role: string, permission: string): string {
  const state = texts.states[kind](kind === "removedAbove" ? sources : nextSources);
  return lock === null ? state : texts.locked(state, texts.locks[lock](role, permission));
}
