import { Table, Text } from "@mantine/core";
import { GrantPath } from "../../components/GrantPath";
import { UserLink } from "../../components/links";
import { exactly, Until, When } from "../../components/When";
import type { WhyPathFragment } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { stepsOf } from "./steps";

interface Props {
  readonly subject: string;
  readonly permission: string;
  readonly paths: readonly WhyPathFragment[];
  readonly hasMore: boolean;
}

const { columns } = texts.why;

/** All paths of a subject to a permission, with their terms. */
export function PathTable({ subject, permission, paths, hasMore }: Props) {
  return (
    <section>
      <h2 className="section">{texts.why.paths}</h2>
      <div className="table-scroll">
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{columns.path}</Table.Th><TermHeads /></Table.Tr></Table.Thead>
          <Table.Tbody>
            {paths.map((path) => (
              <Table.Tr key={path.text}>
                <Table.Td><GrantPath steps={stepsOf(subject, path, permission)} /></Table.Td>
                <TermCells path={path} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {hasMore && <Text className="faint" size="sm">{texts.why.morePaths}</Text>}
    </section>
  );
}

/** Heads of the columns of `TermCells`. */
export function TermHeads() {
  return (
    <>
      <Table.Th>{columns.since}</Table.Th>
      <Table.Th>{columns.until}</Table.Th>
      <Table.Th>{columns.by}</Table.Th>
      <Table.Th>{columns.reason}</Table.Th>
    </>
  );
}

/** Since when, until when, by whom and why a path exists. */
export function TermCells({ path }: { readonly path: WhyPathFragment }) {
  const isFuture = path.validFrom !== null && Date.parse(path.validFrom) > Date.now();
  return (
    <>
      <Table.Td>
        {isFuture && path.validFrom ? <span className="warning">{texts.why.from(exactly(path.validFrom))}</span> : <When at={path.grantedAt} />}
        {!path.isActive && <span className="warning"> · {texts.why.inactive}</span>}
      </Table.Td>
      <Table.Td><Until at={path.expiresAt} /></Table.Td>
      <Table.Td>{path.grantedBy ? <UserLink user={path.grantedBy} /> : <span className="faint">{texts.why.system}</span>}</Table.Td>
      <Table.Td>{path.reason}</Table.Td>
    </>
  );
}
