import "./matrix.css";
import { Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Refusal } from "../../components/Card";
import { State } from "../../components/State";
import { useDraft } from "../../draft/store";
import { useMay } from "../../session/context";
import { texts } from "../../texts/matrix";
import { heldByRule, lockOf } from "./cells";
import type { Grid } from "./grid";
import { Legend } from "./Legend";
import { columnsOf, type Filter, linesOf, permissionsOf } from "./lines";
import { usePolicy } from "./load";
import { MatrixGrid } from "./MatrixGrid";
import { type Model, modelOf } from "./model";
import type { CellChange } from "./places";
import type { Policy } from "./policy";
import type { MatrixSearch } from "./search";
import { Toolbar } from "./Toolbar";

interface Props {
  readonly search: MatrixSearch;
  readonly onSearch: (search: Partial<MatrixSearch>) => void;
}

/** Roles against permissions: who holds what, from where, and what the draft changes. */
export default function RoleMatrix({ search, onSearch }: Props) {
  const query = usePolicy();
  return (
    <State query={query}>
      {({ policy }, { errors: [error] }) => {
        if (policy) return <Loaded policy={policy} search={search} onSearch={onSearch} />;
        return error ? <Refusal error={error} /> : null;
      }}
    </State>
  );
}

function Loaded({ policy, search, onSearch }: Props & { readonly policy: Policy }) {
  const { draft, addAll } = useDraft();
  const model = useMemo(() => modelOf(policy, draft.changes), [policy, draft.changes]);
  const grid = useMatrix(model, search);
  const add = (changes: readonly CellChange[]) =>
    addAll(changes.map(({ change, role }) => ({ change, base: role.version === null ? undefined : { role, version: role.version } })));
  const permissions = grid.lines.reduce((sum, line) => (line.kind === "group" ? sum + line.size : sum), 0);
  return (
    <Stack gap="sm">
      <Toolbar search={search} onSearch={onSearch} roles={model.roles} />
      <Text className="faint" size="sm" role="status">
        {grid.isComparing ? texts.compared(permissions) : texts.shown(permissions, grid.columns.length)}
      </Text>
      <Content grid={grid} search={search} onChange={add} />
      <Legend />
    </Stack>
  );
}

interface ContentProps {
  readonly grid: Grid;
  readonly search: MatrixSearch;
  readonly onChange: (changes: readonly CellChange[]) => void;
}

function Content({ grid, search, onChange }: ContentProps) {
  if (grid.columns.length === 0) return <Text className="faint">{texts.noRoles}</Text>;
  if (grid.lines.length > 0) return <MatrixGrid grid={grid} onChange={onChange} />;
  if (grid.isComparing) return null;
  return <Text className="faint">{search.differ ? texts.noDifference : texts.noRows}</Text>;
}

/** What the grid shows of a model. */
function useMatrix(model: Model, { rows, search: roles, differ, left, right }: MatrixSearch): Grid {
  const may = useMay();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const compared = left !== undefined && right !== undefined ? [left, right] : null;
    const filter: Filter = { roles, permissions: rows, differ: differ === "yes", compared };
    const columns = columnsOf(model, filter);
    const rules = { may, byRule: heldByRule(model) };
    return {
      model,
      columns,
      lines: linesOf(permissionsOf(model, columns, filter), closed),
      lockOf: (role, permission) => lockOf(role, permission, rules),
      isComparing: compared !== null,
      onToggleGroup: (resource) => setClosed((former) => toggledIn(former, resource)),
    };
  }, [model, may, rows, roles, differ, left, right, closed]);
}

function toggledIn(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
