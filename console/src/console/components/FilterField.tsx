import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

const DELAY = 250;

interface Props {
  readonly label: string;
  /** Whether the label is for screen readers only, and stands in the empty field. */
  readonly hideLabel?: boolean;
  readonly width?: number;
  readonly placeholder?: string;
  /** Text of the address. */
  readonly value: string | undefined;
  /** Called once typing pauses; undefined for an empty text. */
  readonly onChange: (value: string | undefined) => void;
}

/** A field whose text filters a list and lives in the address. */
export function FilterField({ label, hideLabel = false, width, placeholder = hideLabel ? label : "", value = "", onChange }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next.trim();
    onChange(next.trim() || undefined);
  }, DELAY);
  useEffect(() => {
    // Another text in the address than the one sent comes from Back, Forward or a link.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  return (
    <TextInput
      type="search"
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      w={width}
      placeholder={placeholder}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        send(currentTarget.value);
      }}
    />
  );
}
