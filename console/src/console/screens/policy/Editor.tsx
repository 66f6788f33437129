import { Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { type ClipboardEvent, useRef } from "react";
import { Card } from "../../components/Card";
import { Sentence } from "../audit/Sentence";
import type { Problem } from "../../draft/proposal";
import { texts } from "../../texts/answers";
import { indexOf, type Place, placeOf } from "./plan";

/** Browsers insert long texts into a field so slowly that the page seems to hang. */
const LONG = 10_000;

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly problems: readonly Problem[];
}

/** The text of a document, with what is wrong in it beside it. */
export function Editor({ text, onText, problems }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const placed = problems.flatMap((problem) => {
    const place = placeOf(problem.message);
    return place ? [{ place, message: problem.message }] : [];
  });
  const goTo = (place: Place) => {
    const index = indexOf(text, place);
    const end = text.indexOf("\n", index);
    area.current?.focus();
    area.current?.setSelectionRange(index, end === -1 ? text.length : end);
  };
  const paste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData.getData("text/plain");
    if (pasted.length < LONG) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    onText(text.slice(0, selectionStart) + pasted + text.slice(selectionEnd));
  };
  return (
    <div className="editor" data-wide={placed.length === 0 || undefined}>
      <Textarea
        ref={area}
        label={texts.policy.document}
        placeholder={texts.policy.placeholder}
        rows={18}
        resize="vertical"
        spellCheck={false}
        aria-invalid={placed.length > 0}
        value={text}
        onPaste={paste}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      {placed.length > 0 && (
        <Card title={texts.policy.errors(placed.length)} tone="danger">
          <Stack gap={6} role="alert">
            {placed.map(({ place, message }) => (
              <UnstyledButton key={message} onClick={() => goTo(place)}>
                <Text size="sm"><Sentence text={message} /></Text>
              </UnstyledButton>
            ))}
          </Stack>
        </Card>
      )}
    </div>
  );
}
