import { Group, Pill } from "@mantine/core";
import { texts } from "../texts/shell";
import type { Choice, SearchPickerProps } from "./SearchPicker";

interface Props {
  readonly chosen: readonly Choice[];
  readonly onChange: (chosen: readonly Choice[]) => void;
  readonly label: string;
  /** The field to choose one more, such as `RolePicker`. */
  readonly picker: (props: Omit<SearchPickerProps, "kind" | "find">) => React.ReactNode;
}

/** A field to choose several objects of a long list. */
export function MultiPicker({ chosen, onChange, label, picker: Picker }: Props) {
  return (
    <div>
      <Picker
        label={label}
        value={null}
        except={chosen.map(({ id }) => id)}
        onChange={(choice) => choice && onChange([...chosen, choice])}
      />
      <Group gap={6} mt={6}>
        {chosen.map((choice) => (
          <Pill
            key={choice.id}
            withRemoveButton
            onRemove={() => onChange(chosen.filter(({ id }) => id !== choice.id))}
            removeButtonProps={{ "aria-label": texts.remove(choice.name) }}
          >
            {choice.name}
          </Pill>
        ))}
      </Group>
    </div>
  );
}
