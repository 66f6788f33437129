import { Checkbox, Group, Table, Text } from "@mantine/core";
import { UserLink } from "../../components/links";
import { Until } from "../../components/When";
import { texts } from "../../texts/people";
import type { ExistingUser } from "./lookup";
import { NearMisses } from "./NearMisses";
import type { PlannedRow } from "./plan";
import type { Invalidity } from "./rows";

interface Props {
  readonly rows: readonly PlannedRow[];
  readonly onToggle: (username: string) => void;
  readonly onMean: (username: string, user: ExistingUser) => void;
}

const { columns } = texts.import;

/** The rows of a file and what each would do. */
export function PlanTable({ rows, onToggle, onMean }: Props) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={texts.import.rows}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{columns.line}</Table.Th>
            <Table.Th>{columns.user}</Table.Th>
            <Table.Th>{columns.effect}</Table.Th>
            <Table.Th>{columns.roles}</Table.Th>
            <Table.Th>{columns.until}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((planned) => (
            <Table.Tr key={planned.row.line}>
              <Table.Td>{planned.row.line}</Table.Td>
              <Table.Td><UserName planned={planned} /></Table.Td>
              <Table.Td>
                <Effect planned={planned} onToggle={() => onToggle(planned.row.username)} onMean={(user) => onMean(planned.row.username, user)} />
              </Table.Td>
              <Table.Td>{planned.row.roles.join(", ")}</Table.Td>
              <Table.Td>{planned.row.roles.length > 0 && !planned.row.invalid && <Until at={planned.row.until} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function UserName({ planned: { row, user } }: { readonly planned: PlannedRow }) {
  if (!user) return row.username;
  const isMeant = user.name.toLowerCase() !== row.username.toLowerCase();
  return (
    <>
      <UserLink user={{ id: user.id, username: user.name }} />
      {isMeant && <Text span className="faint" size="xs"> {texts.import.instead(row.username)}</Text>}
    </>
  );
}

interface EffectProps {
  readonly planned: PlannedRow;
  readonly onToggle: () => void;
  readonly onMean: (user: ExistingUser) => void;
}

function Effect({ planned: { row, user, isTicked, near }, onToggle, onMean }: EffectProps) {
  if (row.invalid) return <span className="denied">{sentenceOf(row.invalid)}</span>;
  if (user) return <span className="faint">{texts.import.exists}</span>;
  return (
    <Group gap="sm">
      <span className="warning">{texts.import.unknown}</span>
      <Checkbox size="xs" checked={isTicked} onChange={onToggle} label={texts.import.createUser} aria-label={texts.import.createUserOf(row.username)} />
      <NearMisses unknown={row.username} near={near} onMean={onMean} />
    </Group>
  );
}

function sentenceOf(invalidity: Invalidity): string {
  switch (invalidity.kind) {
    case "noUsername":
      return texts.import.invalid.noUsername;
    case "repeated":
      return texts.import.invalid.repeated(invalidity.line);
    case "cells":
      return texts.import.invalid.cells(invalidity.cells);
    default:
      return texts.import.invalid[invalidity.kind](invalidity.text);
  }
}
