import { useState } from "react";
import { texts } from "./texts";

const SHOWN_FOR = 2000;

/** A button that copies a text and says whether it did. */
export function CopyButton({ label, value }: { readonly label: string; readonly value: () => string }) {
  const [outcome, setOutcome] = useState<string | null>(null);

  async function copy(): Promise<void> {
    const text = await navigator.clipboard.writeText(value()).then(
      () => texts.response.copied,
      () => texts.response.notCopied,
    );
    setOutcome(text);
    setTimeout(() => setOutcome(null), SHOWN_FOR);
  }

  return (
    <button type="button" onClick={() => void copy()} aria-live="polite">
      {outcome ?? label}
    </button>
  );
}
