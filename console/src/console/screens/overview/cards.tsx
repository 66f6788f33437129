import { Group, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { errorAt, useApi } from "../../api/hooks";
import type { Answer } from "../../api/request";
import { Card } from "../../components/Card";
import { PermissionLink, RoleLink, UserLink } from "../../components/links";
import { State } from "../../components/State";
import { Until, When } from "../../components/When";
import { texts } from "../../texts/answers";
import { Sentence } from "../audit/Sentence";
import { DirectQuery, ExpiringQuery, LastDenialsQuery, UnusedQuery } from "./documents";

const SHOWN = 6;
const SOON_DAYS = 7;
const UNUSED_DAYS = 90;

/** The newest denials. */
export function Denials() {
  const query = useApi(LastDenialsQuery, { first: SHOWN });
  return (
    <Part title={texts.overview.denials} query={query} field="auditLog">
      {({ auditLog }) => (
        <Rows
          empty={texts.overview.noDenials}
          rows={(auditLog?.nodes ?? []).map(({ id, at, summary }) => ({
            key: id,
            left: <Link to="/audit" search={{ event: id, outcome: "DENIED" }} className="link"><Sentence text={summary} /></Link>,
            right: <When at={at} />,
          }))}
        />
      )}
    </Part>
  );
}

/** Assignments and direct grants that run out soon. */
export function Expiring() {
  const query = useApi(ExpiringQuery, { first: SHOWN, before: midnightIn(SOON_DAYS) });
  return (
    <Part title={texts.overview.expiring} query={query} field="accessReport">
      {({ accessReport }) => (
        <Rows
          empty={texts.overview.noExpiring}
          total={accessReport?.totalCount}
          rows={(accessReport?.nodes ?? []).map(({ user, role, permission, expiresAt }) => ({
            key: `${user.id} ${role?.id ?? permission?.id}`,
            left: <><UserLink user={user} />: {role && <RoleLink role={role} />}{permission && <PermissionLink permission={permission} />}</>,
            right: <Until at={expiresAt} />,
          }))}
        />
      )}
    </Part>
  );
}

/** Users with grants that no role explains. */
export function Direct() {
  const query = useApi(DirectQuery, { first: SHOWN });
  return (
    <Part title={texts.overview.direct} query={query} field="users">
      {({ users }) => (
        <Rows
          empty={texts.overview.noDirect}
          total={users?.totalCount}
          rows={(users?.nodes ?? []).map((user) => ({
            key: user.id,
            left: <UserLink user={user} />,
            right: <span className="name">{(user.directPermissions ?? []).map(({ name }) => name).join(", ")}</span>,
          }))}
        />
      )}
    </Part>
  );
}

/** Roles that nobody has or uses. */
export function Unused() {
  const query = useApi(UnusedQuery, { first: SHOWN, days: UNUSED_DAYS });
  return (
    <Part title={texts.overview.unused(UNUSED_DAYS)} query={query} field="roles">
      {({ roles }) => (
        <Rows
          empty={texts.overview.noUnused}
          total={roles?.totalCount}
          rows={(roles?.nodes ?? []).map((role) => ({ key: role.id, left: <RoleLink role={role} />, right: texts.overview.members(role.authorizedUsers?.totalCount ?? null) }))}
        />
      )}
    </Part>
  );
}

/** The same instant all day, so that the question stays the same. */
function midnightIn(days: number): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days + 1).toISOString();
}

interface PartProps<Data> {
  readonly title: string;
  readonly query: UseQueryResult<Answer<Data>>;
  readonly field: string;
  readonly children: (data: Data) => ReactNode;
}

function Part<Data>({ title, query, field, children }: PartProps<Data>) {
  return <Card title={title} error={errorAt(query.data, field)}><State query={query}>{children}</State></Card>;
}

interface RowsProps {
  readonly empty: string;
  readonly total?: number | undefined;
  readonly rows: readonly { readonly key: string; readonly left: ReactNode; readonly right: ReactNode }[];
}

function Rows({ empty, total = 0, rows }: RowsProps) {
  if (rows.length === 0) return <Text className="faint">{empty}</Text>;
  return (
    <>
      <ul className="plain-list">
        {rows.map(({ key, left, right }) => (
          <Group component="li" key={key} justify="space-between" gap="sm" wrap="nowrap" py={3}>
            <span>{left}</span>
            <Text span className="faint" size="sm" ta="right" style={{ flexShrink: 0, maxWidth: "60%" }}>{right}</Text>
          </Group>
        ))}
      </ul>
      {total > rows.length && <Text className="faint" size="sm">{texts.overview.more(total - rows.length)}</Text>}
    </>
  );
}
