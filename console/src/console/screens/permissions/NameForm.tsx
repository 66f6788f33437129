import { Button, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Card } from "../../components/Card";
import { ReasonedButton } from "../../components/ReasonedButton";
import { created } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { texts } from "../../texts/permissions";
import { readLines } from "./lines";

/** A field for pasted lines or a file, each line a permission to create. */
export function NameForm({ onDone }: { readonly onDone: () => void }) {
  const { add } = useDraft();
  const [text, setText] = useState("");
  const { permissions, problems, unconventional } = readLines(text);
  const submit = () => {
    for (const { name, description } of permissions) add({ kind: "createPermission", permission: created(name), description });
    onDone();
  };
  const read = async (file: File | null) => {
    if (file) setText(await file.text());
  };
  return (
    <Card title={texts.add}>
      <Stack gap="sm">
        <Textarea
          label={texts.lines}
          description={texts.addHint}
          placeholder={texts.example}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          autosize
          minRows={4}
          maxRows={16}
        />
        <div aria-live="polite">
          {problems.map(({ line, text, problem }) => (
            <Text key={line} className="denied">{texts.problem(line, text, texts.problems[problem])}</Text>
          ))}
          {unconventional.length > 0 && <Text className="warning">{texts.unconventional(unconventional.join(", "))}</Text>}
        </div>
        <Group>
          <ReasonedButton reason={permissions.length > 0 && problems.length === 0 ? null : texts.nothingValid} onClick={submit}>
            {texts.addToDraft(permissions.length)}
          </ReasonedButton>
          <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void read(file)}>
            {(props) => <Button variant="default" {...props}>{texts.file}</Button>}
          </FileButton>
        </Group>
      </Stack>
    </Card>
  );
}
