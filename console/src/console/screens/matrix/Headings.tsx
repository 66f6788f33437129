import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { texts } from "../../texts/matrix";
import { SIZES, useGrid } from "./grid";
import { isCreated } from "../../draft/changes";
import { type MatrixRole } from "./policy";

interface Props {
  readonly from: number;
  readonly to: number;
  readonly active: number | null;
}

/** The headings of the columns: the roles, with how many people have them and what they inherit from. */
export const Headings = memo(function Headings({ from, to, active }: Props) {
  const { columns } = useGrid();
  const shown = [...columns.slice(from - 1, to).map((_, index) => from + index)];
  if (active !== null && active > 0 && !shown.includes(active)) shown.push(active);
  return (
    <div role="row" className="matrix-headings" aria-rowindex={1}>
      <div role="columnheader" className="matrix-corner" aria-colindex={1} data-row={0} data-column={0} tabIndex={active === 0 ? 0 : -1}>
        <b>{texts.corner}</b>
        <small className="faint">{texts.direction}</small>
      </div>
      {shown.map((column) => {
        const role = columns[column - 1]?.role;
        return role && <RoleHeading key={role.id} role={role} column={column} isActive={active === column} />;
      })}
    </div>
  );
});

function RoleHeading({ role, column, isActive }: { readonly role: MatrixRole; readonly column: number; readonly isActive: boolean }) {
  const { model } = useGrid();
  const juniors = model.juniors(role).map(({ name }) => name);
  const tabIndex = isActive ? 0 : -1;
  const notes = [role.name, isCreated(role) ? texts.isNew : null, juniors.length > 0 ? texts.inheritsAll(juniors) : null].filter(Boolean);
  return (
    <div
      role="columnheader"
      className="matrix-role"
      style={{ left: SIZES.names + (column - 1) * SIZES.column }}
      aria-colindex={column + 1}
      data-row={0}
      data-column={column}
      data-tip={notes.join(" · ")}
    >
      {isCreated(role) ? <span tabIndex={tabIndex}>{role.name}</span> : <Link to="/roles/$id" params={{ id: role.id }} tabIndex={tabIndex} preload={false}>{role.name}</Link>}
      {role.members !== null && <small className="faint">{texts.people(role.members)}</small>}
      {juniors.length > 0 && <small className="faint">{texts.inherits(juniors)}</small>}
    </div>
  );
}
