import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { texts } from "../texts/shell";
import { type End, ENDS, endOf, endOfDate } from "./ends";

interface Props {
  /** End in UTC (RFC 3339); null when permanent. */
  readonly onChange: (expiresAt: string | null) => void;
  readonly label?: string;
}

/** A field to choose when an assignment or a grant ends, in words or as a date. */
export function UntilPicker({ onChange, label = texts.ends.label }: Props) {
  const [end, setEnd] = useState<End>("permanent");
  const choose = (next: End) => {
    setEnd(next);
    onChange(endOf(next, new Date()));
  };
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <NativeSelect
        label={label}
        value={end}
        onChange={({ currentTarget }) => choose(currentTarget.value as End)}
        data={ENDS.map((value) => ({ value, label: texts.ends[value] }))}
      />
      {end === "date" && (
        <TextInput type="date" label={texts.ends.dateLabel} onChange={({ currentTarget }) => onChange(endOfDate(currentTarget.value))} />
      )}
    </Group>
  );
}
