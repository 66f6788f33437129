import { Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { State } from "../../components/State";
import { texts } from "../../texts/answers";
import { LogQuery } from "./documents";
import { Sentence } from "./Sentence";
import type { AuditSearch } from "./search";

const route = getRouteApi("/audit");
const READ = 100;

interface Props {
  readonly id: string;
  readonly at: string;
  readonly requestId: string;
}

/** The other events of the request of a document or an import. They were written just before its own. */
export function RequestEntries({ id, at, requestId }: Props) {
  const search: AuditSearch = route.useSearch();
  const until = new Date(Date.parse(at) + 1).toISOString();
  const query = useApi(LogQuery, { first: READ, filter: { until } });
  return (
    <State query={query}>
      {({ auditLog }) => {
        const entries = (auditLog?.nodes ?? []).filter((event) => event.requestId === requestId && event.id !== id);
        if (entries.length === 0) return null;
        return (
          <Stack gap={4}>
            <Text fw={600}>{texts.audit.entries}</Text>
            <ul className="plain-list entries">
              {entries.map((entry) => (
                <li key={entry.id}>
                  <Link to="/audit" search={{ ...search, event: entry.id }} resetScroll={false} className="link"><Sentence text={entry.summary} /></Link>
                </li>
              ))}
            </ul>
            {entries.length === READ - 1 && <Text className="faint" size="sm">{texts.audit.newestEntries(entries.length)}</Text>}
          </Stack>
        );
      }}
    </State>
  );
}
