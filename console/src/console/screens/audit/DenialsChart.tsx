import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { request } from "../../api/request";
import { Card } from "../../components/Card";
import type { AuditDenialsQuery } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { DenialsQuery } from "./documents";
import { dateOf } from "./filter";
import { countsOf } from "./groups";

const DAYS = 30;
const PAGE = 100;
/** So that a flood of denials does not make this small chart expensive. */
const MOST = 500;
const WIDTH = 300;
const HEIGHT = 32;
const GAP = 2;

/** Denials of the last days, by day. */
export function DenialsChart() {
  const { data } = useQuery({ queryKey: ["denials", dateOf(new Date())], queryFn: readDenials, staleTime: 60_000 });
  if (!data) return null;
  const counts = countsOf(data.times, DAYS, new Date());
  const highest = Math.max(1, ...counts.map(({ count }) => count));
  const bar = WIDTH / DAYS;
  return (
    <Card>
      <Group gap="lg">
        <svg width={WIDTH} height={HEIGHT} role="img" aria-label={texts.audit.chart(data.total, highest)} className="chart">
          {counts.map(({ day, count }, index) => {
            const height = count === 0 ? 1 : Math.max(3, (count / highest) * HEIGHT);
            return (
              <rect key={day} data-empty={count === 0 || undefined} x={index * bar} y={HEIGHT - height} width={bar - GAP} height={height}>
                <title>{texts.audit.onDay(count, day)}</title>
              </rect>
            );
          })}
        </svg>
        <Text>{texts.audit.denials(data.total)}</Text>
        {data.total > data.times.length && <Text className="faint" size="sm">{texts.audit.newest(data.times.length)}</Text>}
        {data.total > 0 && <Link to="/audit" search={{ outcome: "DENIED", since: counts[0]?.day }} className="link">{texts.audit.showDenials}</Link>}
      </Group>
    </Card>
  );
}

/** Times of the newest denials, and how many there were. */
async function readDenials(): Promise<{ readonly times: readonly string[]; readonly total: number } | null> {
  const today = new Date();
  const since = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (DAYS - 1)).toISOString();
  const times: string[] = [];
  let after: string | null = null;
  for (;;) {
    const answer: { readonly data: AuditDenialsQuery } = await request(DenialsQuery, { since, first: PAGE, after });
    const log = answer.data.auditLog;
    if (!log) return null;
    times.push(...log.nodes.map(({ at }) => at));
    after = log.pageInfo.endCursor ?? null;
    if (!log.pageInfo.hasNextPage || times.length >= MOST) return { times, total: log.totalCount };
  }
}
