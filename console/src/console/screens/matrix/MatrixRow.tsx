import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { texts } from "../../texts/matrix";
import { cellOf } from "./cells";
import { SIZES, useGrid } from "./grid";
import type { Line } from "./lines";
import { MatrixCell } from "./MatrixCell";
import { isCreated } from "../../draft/changes";
import { type MatrixPermission } from "./policy";
import { stateOf } from "./signs";

interface Props {
  /** Row of the grid; the headings are row 0. */
  readonly row: number;
  /** First and last column that are rendered. */
  readonly from: number;
  readonly to: number;
  /** Column with the focus; null when it is in another row. */
  readonly active: number | null;
}

/** A row of the grid: the heading of a resource, or a permission with its cells. */
export const MatrixRow = memo(function MatrixRow(props: Props) {
  const { lines } = useGrid();
  const line = lines[props.row - 1];
  if (!line) return null;
  return (
    <div
      role="row"
      className="matrix-row"
      aria-rowindex={props.row + 1}
      data-group={line.kind === "group" || undefined}
      style={{ top: SIZES.headings + (props.row - 1) * SIZES.row }}
    >
      {line.kind === "group" ? <Group line={line} {...props} /> : <Cells permission={line.permission} {...props} />}
    </div>
  );
});

function Group({ line, row, active }: Props & { readonly line: Extract<Line, { kind: "group" }> }) {
  const { columns, onToggleGroup } = useGrid();
  return (
    <div role="rowheader" className="matrix-group" aria-colindex={1} aria-colspan={columns.length + 1} data-row={row} data-column={0}>
      <button type="button" aria-expanded={line.isOpen} tabIndex={active === null ? -1 : 0} onClick={() => onToggleGroup(line.resource)}>
        <span aria-hidden>{line.isOpen ? "▾" : "▸"}</span> {line.resource} <span className="faint">{texts.permissions(line.size)}</span>
      </button>
    </div>
  );
}

function Cells({ permission, row, from, to, active }: Props & { readonly permission: MatrixPermission }) {
  const { model, columns, lockOf, isComparing } = useGrid();
  const shown = [...columns.slice(from - 1, to).map((_, index) => from + index)];
  if (active !== null && active > 0 && !shown.includes(active)) shown.push(active);
  return (
    <>
      <PermissionName permission={permission} row={row} isActive={active === 0} />
      {shown.map((column) => {
        const shownColumn = columns[column - 1];
        if (!shownColumn) return null;
        const { role, at } = shownColumn;
        const cell = cellOf(model, role, at, permission);
        const lock = lockOf(role, permission);
        const state = stateOf(cell, lock, role.name, permission.name);
        return (
          <MatrixCell
            key={role.id}
            row={row}
            column={column}
            kind={cell.kind}
            isLocked={lock !== null}
            isMarked={isComparing && cell.kind !== "empty"}
            isActive={active === column}
            state={state}
            label={texts.cell(permission.name, role.name, state)}
          />
        );
      })}
    </>
  );
}

function PermissionName({ permission, row, isActive }: { readonly permission: MatrixPermission; readonly row: number; readonly isActive: boolean }) {
  const { id, name } = permission;
  const tabIndex = isActive ? 0 : -1;
  return (
    <div role="rowheader" className="matrix-name name" aria-colindex={1} data-row={row} data-column={0} data-tip={isCreated(permission) ? `${name}: ${texts.isNew}` : name}>
      {isCreated(permission) ? <span tabIndex={tabIndex}>{name}</span> : <Link to="/permissions/$id" params={{ id }} className="link" tabIndex={tabIndex} preload={false}>{name}</Link>}
    </div>
  );
}
