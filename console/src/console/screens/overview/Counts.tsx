import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { State } from "../../components/State";
import { texts } from "../../texts/answers";
import { CountsQuery } from "./documents";

const FIGURES = ["users", "roles", "permissions", "sessions"] as const;
const number = new Intl.NumberFormat();

/** How much of everything there is. */
export function Counts() {
  const query = useApi(CountsQuery, {});
  return (
    <State query={query}>
      {(data, answer) => (
        <div className="figures">
          {FIGURES.map((figure) => (
            <Card key={figure} error={errorAt(answer, figure)}>
              <Text className="figure">{number.format(data[figure]?.totalCount ?? 0)}</Text>
              <Link to={`/${figure}`} className="link">{texts.overview.figures[figure]}</Link>
            </Card>
          ))}
        </div>
      )}
    </State>
  );
}
