import { Combobox, Modal, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { findPermissions, findRoles, findUsers } from "../components/pickers";
import { useMay } from "../session/context";
import { texts } from "../texts/shell";
import { GROUPS } from "./entries";
import { type Hit, questionOf } from "./question";

const DELAY = 30;
const FOUND = 6;

/** Finds users, roles, permissions and screens, and understands `can USER PERMISSION`. */
export default function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), DELAY);
  const navigate = useNavigate();
  const combobox = useCombobox({ opened: true });
  const find = useFind();
  const { data: hits = [], isFetched } = useQuery({
    queryKey: ["palette", search],
    queryFn: () => find(search),
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    combobox.selectFirstOption();
  }, [hits]);
  const open = (key: string) => {
    const hit = hits.find((hit) => hit.key === key);
    if (!hit) return;
    onClose();
    void navigate({ to: hit.to, search: hit.search });
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding="sm" size="lg" yOffset="12vh" title={texts.palette.open}>
      <Combobox store={combobox} onOptionSubmit={open} withinPortal={false}>
        <Combobox.EventsTarget>
          <TextInput
            aria-label={texts.palette.open}
            placeholder={texts.palette.placeholder}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            data-autofocus
          />
        </Combobox.EventsTarget>
        <Combobox.Options mt="xs" aria-label={texts.palette.open}>
          {hits.map(({ key, kind, label, note }) => (
            <Combobox.Option value={key} key={key}>
              <Text span fw={600}>{label}</Text> {note && <Text span className="faint" size="xs">{note} </Text>}
              <Text span className="faint" size="xs">{texts.palette.kinds[kind]}</Text>
            </Combobox.Option>
          ))}
          {isFetched && hits.length === 0 && <Combobox.Empty>{texts.palette.empty}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox>
    </Modal>
  );
}

function useFind(): (search: string) => Promise<readonly Hit[]> {
  const may = useMay();
  return async (search) => {
    const screens = GROUPS.flatMap(({ entries }) => entries)
      .filter(({ requires, label }) => (requires === null || may(requires)) && label.toLowerCase().includes(search.toLowerCase()))
      .map(({ to, label }): Hit => ({ key: to, kind: "screen", label, note: null, to, search: {} }));
    if (search === "") return screens;
    const question = questionOf(search);
    const [asked, users, roles, permissions] = await Promise.all([
      question && may("user:read") ? findUsers(question.user, 3) : [],
      may("user:read") ? findUsers(search, FOUND) : [],
      may("role:read") ? findRoles(search, FOUND) : [],
      may("permission:read") ? findPermissions(search, FOUND) : [],
    ]);
    const answers = asked.map(({ id, name }): Hit => ({
      key: `why ${id}`,
      kind: "screen",
      label: texts.palette.ask(name, question?.permission ?? ""),
      note: null,
      to: "/why",
      search: { user: id, permission: question?.permission },
    }));
    const objects = [
      ...users.map((user) => ({ ...user, kind: "user" as const, to: `/users/${user.id}` })),
      ...roles.map((role) => ({ ...role, kind: "role" as const, to: `/roles/${role.id}` })),
      ...permissions.map((permission) => ({ ...permission, kind: "permission" as const, to: `/permissions/${permission.id}` })),
    ];
    return [...answers, ...objects.map(({ id, name, note = null, kind, to }): Hit => ({ key: id, kind, label: name, note, to, search: {} })), ...screens];
  };
}
