import { Tabs } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { pageArguments } from "../../components/Pager";
import { Screen } from "../../components/Screen";
import { texts } from "../../texts/answers";
import { ApplyTab } from "./ApplyTab";
import { ExportQuery, PlanQuery, RevisionsQuery } from "./documents";
import { ExportTab } from "./ExportTab";
import { formatOf } from "./plan";
import { RevisionsTab } from "./RevisionsTab";
import type { PolicySearch } from "./search";

const route = getRouteApi("/policy");
const TABS = ["export", "apply", "revisions"] as const;

/** The policy as a document: its text, a document to apply, and its past revisions. */
export default function PolicyScreen() {
  const search: PolicySearch = route.useSearch();
  const navigate = useNavigate();
  const { tab = "export", format = "YAML", assignments } = search;
  const [text, setText] = useState("");
  const [mode, setMode] = useState<"MERGE" | "REPLACE">("MERGE");
  const document = { content: text, format: formatOf(text), mode };
  const exported = { format, includeAssignments: assignments !== undefined };
  const operations = {
    export: { document: ExportQuery, variables: exported },
    apply: { document: PlanQuery, variables: { document } },
    revisions: { document: RevisionsQuery, variables: pageArguments(search) },
  };
  const open = (value: string | null) => void navigate({ to: "/policy", search: { tab: TABS.find((name) => name === value) } });
  return (
    <Screen title={texts.policy.title} name={texts.policy.title} operation={operations[tab]}>
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">{TABS.map((name) => <Tabs.Tab key={name} value={name}>{texts.policy.tabs[name]}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="export"><ExportTab variables={exported} /></Tabs.Panel>
        <Tabs.Panel value="apply"><ApplyTab document={document} onText={setText} onMode={setMode} /></Tabs.Panel>
        <Tabs.Panel value="revisions"><RevisionsTab /></Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
