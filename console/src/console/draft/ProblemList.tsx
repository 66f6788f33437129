import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Card } from "../components/Card";
import { GrantPath } from "../components/GrantPath";
import { texts } from "../texts/draft";
import type { Problem } from "./proposal";

/** Everything that refuses a change, at once. */
export function ProblemList({ problems, title = null }: { readonly problems: readonly Problem[]; readonly title?: string | null }) {
  return (
    <Card title={title ?? texts.blockers} tone="danger">
      <div role="alert">
        {problems.map((problem, index) => <Details key={index} problem={problem} />)}
      </div>
    </Card>
  );
}

function Details({ problem }: { readonly problem: Problem }) {
  const { message } = problem;
  if (problem.__typename === "SodError") {
    const { constraint, constraintName } = problem;
    return (
      <Text>
        {constraint ? <Link to="/sod/$id" params={{ id: constraint.id }}>{constraintName}</Link> : <b>{constraintName}</b>}: {message}
      </Text>
    );
  }
  if (problem.__typename === "HierarchyError") {
    return (
      <>
        <Text mb={4}>{message}</Text>
        <GrantPath steps={problem.cycle.map(({ id, name }, index) => ({ key: `${index} ${id}`, label: name, isMissing: index === problem.cycle.length - 1 }))} />
      </>
    );
  }
  return <Text>{message}</Text>;
}
