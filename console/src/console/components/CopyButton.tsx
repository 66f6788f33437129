import { Button } from "@mantine/core";
import { useState } from "react";
import { texts } from "../texts/shell";

interface Props {
  readonly label: string;
  readonly value: () => string;
}

/** Copies a text, and says so on the button. */
export function CopyButton({ label, value }: Props) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value());
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button variant="subtle" size="compact-sm" onClick={() => void copy()} aria-live="polite">
      {isCopied ? texts.copied : label}
    </Button>
  );
}
