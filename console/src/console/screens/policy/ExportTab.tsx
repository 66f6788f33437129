import { Button, Checkbox, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { CopyButton } from "../../components/CopyButton";
import { download } from "../../components/csv";
import { State } from "../../components/State";
import type { PolicyExportQueryVariables } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { ExportQuery } from "./documents";
import type { PolicySearch } from "./search";

const route = getRouteApi("/policy");
const TYPES = { YAML: "application/yaml", JSON: "application/json" } as const;

/** The current policy as a document. */
export function ExportTab({ variables }: { readonly variables: PolicyExportQueryVariables }) {
  const search: PolicySearch = route.useSearch();
  const navigate = useNavigate();
  const query = useApi(ExportQuery, variables, { keep: true });
  return (
    <Stack gap="md">
      <Group gap="lg">
        <SegmentedControl
          aria-label={texts.policy.format}
          value={variables.format}
          data={["YAML", "JSON"]}
          onChange={(value) => void navigate({ to: "/policy", search: { ...search, format: value === "JSON" ? "JSON" : undefined } })}
        />
        <Checkbox
          label={texts.policy.withAssignments}
          checked={variables.includeAssignments}
          onChange={({ currentTarget }) => void navigate({ to: "/policy", search: { ...search, assignments: currentTarget.checked ? "with" : undefined } })}
        />
      </Group>
      <State query={query}>
        {({ policyExport }, answer) => {
          if (!policyExport) return <Card error={errorAt(answer, "policyExport")} />;
          const { content, format, revision } = policyExport;
          return (
            <Stack gap="xs">
              <Group justify="space-between">
                <Text className="faint">{texts.policy.atRevision(revision)}</Text>
                <Group gap="xs">
                  <CopyButton label={texts.policy.copy} value={() => content} />
                  <Button variant="default" size="compact-sm" onClick={() => download(`policy-${revision}.${format.toLowerCase()}`, TYPES[format], content)}>{texts.policy.download}</Button>
                </Group>
              </Group>
              <pre className="listing" tabIndex={0} role="region" aria-label={texts.policy.text}>{content}</pre>
            </Stack>
          );
        }}
      </State>
    </Stack>
  );
}
