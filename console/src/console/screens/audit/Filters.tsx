import { Box, Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useApi } from "../../api/hooks";
import { findPermissions, findRoles, findUsers, UserPicker } from "../../components/pickers";
import { type Choice, SearchPicker } from "../../components/SearchPicker";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import { ActionsQuery, NamesQuery } from "./documents";
import { choicesOf } from "./filter";
import type { AuditSearch } from "./search";

const route = getRouteApi("/audit");
const FOUND = 6;
const OUTCOMES = ["SUCCESS", "DENIED", "FAILURE"] as const;

/** Fields to narrow the log. Each change goes to the address. */
export function Filters() {
  const search: AuditSearch = route.useSearch();
  const navigate = useNavigate();
  const actions = useApi(ActionsQuery, {}).data?.data.auditActions ?? [];
  const nameOf = useNames([search.actor, search.involving].filter((id) => id !== undefined));
  const find = useFindObjects();
  const set = (next: Partial<AuditSearch>) =>
    void navigate({ to: "/audit", search: { ...search, after: undefined, before: undefined, event: undefined, ...next } });
  const chosen = (id: string | undefined): Choice | null => (id === undefined ? null : { id, name: nameOf(id) });
  const { labels } = texts.audit;
  return (
    <Group gap="sm" align="end" component="section" role="search" aria-label={labels.filters}>
      <SearchText key={search.search ?? ""} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
      <NativeSelect
        label={labels.action}
        w={180}
        value={search.action ?? ""}
        onChange={({ currentTarget }) => set({ action: currentTarget.value || undefined })}
        data={[{ value: "", label: labels.anyAction }, ...choicesOf(actions)]}
      />
      <NativeSelect
        label={labels.outcome}
        w={130}
        value={search.outcome ?? ""}
        onChange={({ currentTarget }) => set({ outcome: OUTCOMES.find((outcome) => outcome === currentTarget.value) })}
        data={[{ value: "", label: labels.anyOutcome }, ...OUTCOMES.map((value) => ({ value, label: texts.audit.outcomes[value] }))]}
      />
      <Box w={160}><UserPicker label={labels.actor} placeholder={labels.anyone} value={chosen(search.actor)} onChange={(user) => set({ actor: user?.id })} /></Box>
      <Box w={180}>
        <SearchPicker kind="object" find={find} label={labels.involving} placeholder={labels.anything} value={chosen(search.involving)} onChange={(object) => set({ involving: object?.id })} />
      </Box>
      <TextInput type="date" label={labels.since} value={search.since ?? ""} onChange={({ currentTarget }) => set({ since: currentTarget.value || undefined })} />
      <TextInput type="date" label={labels.until} value={search.until ?? ""} onChange={({ currentTarget }) => set({ until: currentTarget.value || undefined })} />
      <Button variant="subtle" onClick={() => void navigate({ to: "/audit" })}>{labels.reset}</Button>
    </Group>
  );
}

/** A text field that searches on Enter and when it is left. */
function SearchText({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const send = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <TextInput
      type="search"
      label={texts.audit.labels.search}
      w={200}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={send}
      onKeyDown={({ key }) => {
        if (key === "Enter") send();
      }}
    />
  );
}

/** Names of objects by id; the id itself while the name is unknown or hidden. */
function useNames(ids: readonly string[]): (id: string) => string {
  const { data } = useApi(NamesQuery, { ids: [...ids] }, { enabled: ids.length > 0 });
  const names = new Map<string, string>();
  for (const node of data?.data.nodes ?? []) {
    if (node?.__typename === "User") names.set(node.id, node.username);
    if (node?.__typename === "Role" || node?.__typename === "SodConstraint") names.set(node.id, node.name);
    if (node?.__typename === "Permission") names.set(node.id, node.permissionName);
  }
  return (id) => names.get(id) ?? id;
}

function useFindObjects(): (search: string) => Promise<readonly Choice[]> {
  const may = useMay();
  return async (search) => {
    const [users, roles, permissions] = await Promise.all([
      may("user:read") ? findUsers(search, FOUND) : [],
      may("role:read") ? findRoles(search, FOUND) : [],
      may("permission:read") ? findPermissions(search, FOUND) : [],
    ]);
    const { kinds } = texts.audit;
    const of = (note: string) => ({ id, name }: Choice): Choice => ({ id, name, note });
    return [...users.map(of(kinds.user)), ...roles.map(of(kinds.role)), ...permissions.map(of(kinds.permission))];
  };
}
