import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** Name of the table for screen readers. */
  readonly label: string;
  /** Heading of the first column: what is assigned or granted. */
  readonly object: string;
  readonly columns: { readonly since: string; readonly by: string; readonly until: string; readonly reason: string };
  readonly children: ReactNode;
}

/** Number of the columns, with that of the buttons. */
export const TERMS_COLUMNS = 6;

/** A table of assignments or direct grants with their terms; since when, by whom and why are left out on narrow screens. */
export function TermsTable({ label, object, columns, children }: Props) {
  return (
    <div className="table-scroll" style={{ width: "100%" }} tabIndex={0} role="region" aria-label={label}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{object}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.since}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.by}</Table.Th>
            <Table.Th>{columns.until}</Table.Th>
            <Table.Th visibleFrom="sm">{columns.reason}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
