import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { request } from "../../api/request";
import { Screen } from "../../components/Screen";
import { texts } from "../../texts/answers";
import { Counts } from "./Counts";
import { Denials, Direct, Expiring, Unused } from "./cards";
import { CountsQuery, ProgressQuery } from "./documents";
import { GetStarted } from "./GetStarted";
import { isNearlyEmpty, progressOf } from "./progress";

const START = "get-started";
/** How often the first steps look whether they are done, in milliseconds. */
const POLL_INTERVAL = 3000;

/** What an administrator looks at first. Each card stands by itself. */
export default function OverviewScreen() {
  const isAsked = useLocation().hash === START;
  const { data } = useQuery({
    queryKey: ["progress"],
    queryFn: async () => progressOf((await request(ProgressQuery, {})).data),
    // Once everything is done, or hidden, there is nothing to look for.
    refetchInterval: ({ state }) => (Object.values(state.data ?? {}).every(Boolean) ? false : POLL_INTERVAL),
  });
  const shows = data ? isAsked || isNearlyEmpty(data) : false;
  return (
    <Screen
      title={texts.overview.title}
      name={texts.overview.title}
      operation={{ document: CountsQuery, variables: {} }}
      actions={data && !shows && <Link to="/" hash={START} className="link">{texts.start.title}</Link>}
    >
      {shows && data && <GetStarted progress={data} />}
      <Counts />
      <div className="cards">
        <Denials />
        <Expiring />
        <Direct />
        <Unused />
      </div>
    </Screen>
  );
}
