import { CloseButton, Combobox, Loader, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { texts } from "../texts/shell";

/** An object to choose, by its name. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly note?: string | null | undefined;
}

export interface SearchPickerProps {
  readonly kind: string;
  readonly label: string;
  readonly value: Choice | null;
  readonly onChange: (choice: Choice | null) => void;
  /** Searches at the service, so that the list is complete whatever its size. */
  readonly find: (search: string) => Promise<readonly Choice[]>;
  readonly placeholder?: string;
  readonly hideLabel?: boolean;
  /** Ids that are not offered. */
  readonly except?: readonly string[];
}

/** A field to choose one object of a long list by typing a part of its name. */
export function SearchPicker({ kind, label, value, onChange, find, placeholder = "", hideLabel = false, except = [] }: SearchPickerProps) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [text, setText] = useState(value?.name ?? "");
  const [search] = useDebouncedValue(text, 120);
  useEffect(() => setText(value?.name ?? ""), [value?.name]);
  const found = useQuery({
    queryKey: ["find", kind, search],
    queryFn: () => find(search.trim()),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const choices = (found.data ?? []).filter(({ id }) => !except.includes(id));
  const choose = (id: string) => {
    const choice = choices.find((choice) => choice.id === id) ?? null;
    onChange(choice);
    setText(choice?.name ?? "");
    combobox.closeDropdown();
  };
  const close = () => {
    combobox.closeDropdown();
    setText(value?.name ?? "");
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput
          label={hideLabel ? undefined : label}
          aria-label={label}
          placeholder={placeholder}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={close}
          rightSection={
            found.isFetching ? <Loader size={14} /> : value && <CloseButton size="sm" aria-label={texts.clear(label)} onClick={() => onChange(null)} />
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={320} style={{ overflowY: "auto" }} aria-label={label}>
          {choices.map(({ id, name, note }) => (
            <Combobox.Option value={id} key={id}>
              <Text span fw={600}>{name}</Text> {note && <Text span className="faint" size="xs">{note}</Text>}
            </Combobox.Option>
          ))}
          {found.error && <Combobox.Empty>{found.error.message}</Combobox.Empty>}
          {found.data && choices.length === 0 && <Combobox.Empty>{texts.palette.empty}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
