import { Button, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { csvOf, download } from "../../components/csv";
import { pageArguments, Pager } from "../../components/Pager";
import { Screen } from "../../components/Screen";
import { State } from "../../components/State";
import type { AuditRowFragment } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { DenialsChart } from "./DenialsChart";
import { LogQuery } from "./documents";
import { EventDetails } from "./EventDetails";
import { EventList } from "./EventList";
import { Filters } from "./Filters";
import { filterOf } from "./filter";
import type { AuditSearch } from "./search";

const route = getRouteApi("/audit");

/** The audit log, newest first. Its filters, its page and the open event are in the address. */
export default function AuditScreen() {
  const search: AuditSearch = route.useSearch();
  const navigate = useNavigate();
  const variables = { ...pageArguments(search), filter: filterOf(search) };
  const query = useApi(LogQuery, variables, { keep: true });
  const events = query.data?.data.auditLog?.nodes ?? [];
  const isElsewhere = search.event !== undefined && query.data !== undefined && !events.some(({ id }) => id === search.event);
  return (
    <Screen
      title={texts.audit.title}
      name={texts.audit.title}
      operation={{ document: LogQuery, variables }}
      actions={<Button variant="default" disabled={events.length === 0} onClick={() => download("audit-log.csv", "text/csv", csv(events))}>{texts.csv}</Button>}
    >
      <DenialsChart />
      <Filters />
      {isElsewhere && search.event !== undefined && <Card title={texts.audit.linked}><EventDetails id={search.event} showsSummary /></Card>}
      <State query={query}>
        {({ auditLog }, answer) =>
          auditLog ? (
            <>
              {auditLog.nodes.length === 0 && <Card><Text className="faint">{texts.audit.empty}</Text></Card>}
              <EventList events={auditLog.nodes} />
              <Pager page={auditLog.pageInfo} total={auditLog.totalCount} onPage={(page) => void navigate({ to: "/audit", search: { ...search, after: undefined, before: undefined, event: undefined, ...page } })} />
            </>
          ) : (
            <Card error={errorAt(answer, "auditLog")} />
          )
        }
      </State>
    </Screen>
  );
}

function csv(events: readonly AuditRowFragment[]): string {
  const { columns } = texts.audit;
  return csvOf(
    [columns.at, columns.actor, columns.action, columns.outcome, columns.type, columns.object, columns.summary, columns.request],
    events.map(({ at, actorLabel, action, outcome, targetType, targetLabel, summary, requestId }) => [at, actorLabel, action, outcome, targetType, targetLabel, summary, requestId]),
  );
}
