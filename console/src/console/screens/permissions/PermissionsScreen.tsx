import { Badge, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Fragment } from "react";
import { useApi } from "../../api/hooks";
import { FilterField } from "../../components/FilterField";
import { pageArguments, Pager } from "../../components/Pager";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { FieldState } from "../../components/State";
import type { PermissionsQuery as Result } from "../../gql/graphql";
import { useLack } from "../../session/context";
import { texts as shell } from "../../texts/shell";
import { texts } from "../../texts/permissions";
import { PermissionsQuery } from "./documents";
import { NameForm } from "./NameForm";

type Row = NonNullable<Result["permissions"]>["nodes"][number];

const route = getRouteApi("/permissions");

/** The catalogue of permissions by resource. */
export default function PermissionsScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const lack = useLack();
  const [isNaming, form] = useDisclosure(false);
  const variables = { ...pageArguments(search), filter: { search: search.search ?? null, resource: search.resource ?? null } };
  const query = useApi(PermissionsQuery, variables, { keep: true });
  const add = (
    <ReasonedButton reason={lack("permission:write")} onClick={form.toggle} aria-expanded={isNaming}>
      {texts.add}
    </ReasonedButton>
  );
  return (
    <Screen title={texts.title} name={texts.title} actions={add} operation={{ document: PermissionsQuery, variables }}>
      {isNaming && <NameForm onDone={form.close} />}
      <FilterField hideLabel width={320} label={texts.search} value={search.search} onChange={(text) => void navigate({ to: "/permissions", search: { search: text }, replace: true })} />
      <FieldState query={query} path="permissions" field={({ permissions }) => permissions}>
        {(permissions) => {
          if (permissions.nodes.length === 0) return <Text className="faint">{texts.empty}</Text>;
          return (
            <>
              <Catalogue rows={permissions.nodes} />
              <Pager page={permissions.pageInfo} total={permissions.totalCount} onPage={(page) => void navigate({ to: "/permissions", search: { ...search, after: undefined, before: undefined, ...page } })} />
            </>
          );
        }}
      </FieldState>
    </Screen>
  );
}

function Catalogue({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <div className="table-scroll">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.name}</Table.Th>
            <Table.Th>{texts.description}</Table.Th>
            <Table.Th>{texts.roles}</Table.Th>
            <Table.Th>{texts.who}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Fragment key={row.id}>
              {row.resource !== rows[index - 1]?.resource && (
                <Table.Tr className="group-row"><Table.Th colSpan={4} scope="colgroup">{row.resource}</Table.Th></Table.Tr>
              )}
              <Table.Tr>
                <Table.Td>
                  <Link to="/permissions/$id" params={{ id: row.id }} className="link name">{row.name}</Link>{" "}
                  {row.isSystem && <Badge size="xs" variant="light" color="gray">{texts.builtIn}</Badge>}
                </Table.Td>
                <Table.Td>{row.description ?? <span className="faint">{shell.none}</span>}</Table.Td>
                <Table.Td>{row.grantedRoles ? texts.rolesCount(row.grantedRoles.length) : "–"}</Table.Td>
                <Table.Td><Link to="/why" search={{ permission: row.name }} className="link">{texts.who}</Link></Table.Td>
              </Table.Tr>
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
