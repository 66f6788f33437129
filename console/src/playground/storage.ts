import type { TabsState } from "@graphiql/react";
import type { Storage } from "@graphiql/toolkit";
import { DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { EXAMPLES, exampleNamed } from "./examples";
import { mentionsSecret } from "./secrets";

type Tab = TabsState["tabs"][number];
interface HistoryItem {
  readonly query?: string;
}

const TABS = "graphiql:tabState";
const QUERY = "graphiql:query";
const VARIABLES = "graphiql:variables";
const HEADERS = "graphiql:headers";
const PANEL = "graphiql:visiblePlugin";
const HISTORIES: readonly string[] = ["graphiql:queries", "graphiql:favorites"];

/**
 * GraphiQL's store: `localStorage`, except that nothing secret is ever written to it. A document that mentions a
 * password, token or secret is left out of the history, and its tab comes back as the example it started from, or
 * empty. Headers are not kept at all, and the contents of the visible editors only as part of their tab.
 */
export const storage: Storage = {
  getItem(key) {
    if (key === TABS) return JSON.stringify(tabs());
    if (key === QUERY) return activeTab()?.query ?? null;
    if (key === VARIABLES) return activeTab()?.variables ?? null;
    if (key === PANEL) return localStorage.getItem(key) ?? (hasRoomForPanel() ? DOC_EXPLORER_PLUGIN.title : null);
    return localStorage.getItem(key);
  },
  setItem(key, value) {
    if (key === QUERY || key === VARIABLES || key === HEADERS) return;
    localStorage.setItem(key, withoutSecrets(key, value));
  },
  removeItem(key) {
    localStorage.removeItem(key);
  },
  clear() {
    for (const key of ownKeys()) localStorage.removeItem(key);
  },
  get length() {
    return ownKeys().length;
  },
};

/**
 * Gives the tabs of the examples their titles, which GraphiQL would otherwise derive from the operation's name, where
 * neither blanks nor question marks are possible.
 */
export function nameTabs(state: TabsState): void {
  for (const tab of state.tabs) tab.title = exampleNamed(tab.operationName)?.title ?? tab.title;
}

function tabs(): TabsState {
  const state = storedTabs() ?? exampleTabs();
  for (const tab of state.tabs) {
    // Ids and names of an earlier visit would not fit the rest of the examples.
    const example = exampleNamed(tab.operationName);
    if (example && example.query === tab.query) tab.variables = example.variables ?? null;
  }
  nameTabs(state);
  return state;
}

function storedTabs(): TabsState | null {
  try {
    const state = JSON.parse(localStorage.getItem(TABS) ?? "null") as TabsState | null;
    return Array.isArray(state?.tabs) ? state : null;
  } catch {
    return null;
  }
}

function activeTab(): Tab | undefined {
  const state = tabs();
  return state.tabs[state.activeTabIndex];
}

function exampleTabs(): TabsState {
  const opened = EXAMPLES.map(
    ({ title, operationName, query, variables }): Tab => ({
      id: operationName,
      hash: "",
      title,
      operationName,
      query,
      variables: variables ?? null,
      headers: null,
      response: null,
    }),
  );
  return { tabs: opened, activeTabIndex: 0 };
}

function withoutSecrets(key: string, value: string): string {
  if (key === TABS) {
    const state = JSON.parse(value) as TabsState;
    return JSON.stringify({ ...state, tabs: state.tabs.map(harmless) });
  }
  if (HISTORIES.includes(key)) {
    const lists = JSON.parse(value) as Record<string, HistoryItem[]>;
    const kept = Object.entries(lists).map(([name, items]) => [name, items.filter((item) => !mentionsSecret(item.query))]);
    return JSON.stringify(Object.fromEntries(kept));
  }
  return value;
}

function harmless(tab: Tab): Tab {
  if (!mentionsSecret(tab.query)) return tab;
  return { ...tab, query: exampleNamed(tab.operationName)?.query ?? null, variables: null };
}

/** Whether the docs are open at first: the style sheet stacks the editors below this width. */
function hasRoomForPanel(): boolean {
  return matchMedia("(min-width: 1000px)").matches;
}

function ownKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith("graphiql:"));
}
