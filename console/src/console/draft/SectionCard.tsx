import { CloseButton, Group, Text } from "@mantine/core";
import { Card } from "../components/Card";
import { texts } from "../texts/draft";
import type { Line, Section } from "./proposal";
import { useDraft } from "./store";

const SIGNS = { added: "▲", removed: "▽", set: "=" } as const;
const TONES = { added: "allowed", removed: "denied", set: "" } as const;

/** The changes of one object. */
export function SectionCard({ section }: { readonly section: Section }) {
  return (
    <Card title={section.title}>
      <ul className="plain-list">
        {section.lines.map((line) => <LineItem key={`${line.sign} ${line.text}`} line={line} />)}
      </ul>
    </Card>
  );
}

function LineItem({ line: { sign, text, change } }: { readonly line: Line }) {
  const { remove } = useDraft();
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="xs">
      <Text className={TONES[sign]}><span aria-label={sign}>{SIGNS[sign]}</span> {text}</Text>
      {change && <CloseButton size="sm" aria-label={texts.takeOut(text)} onClick={() => remove(change)} />}
    </Group>
  );
}
