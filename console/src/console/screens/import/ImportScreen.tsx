import { Button, FileButton, Group, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { Card } from "../../components/Card";
import { Screen } from "../../components/Screen";
import { useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { ImportPlan } from "./ImportPlan";
import { readFile } from "./rows";

const DELAY = 400;

/** Import of users from CSV: what it would do, then the creation of what is ticked, then roles through the draft. */
export default function ImportScreen() {
  const may = useMay();
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text, DELAY);
  const file = useMemo(() => readFile(settled, new Date()), [settled]);
  const lacking = ["user:read", "role:read"].find((permission) => !may(permission));
  if (lacking) return <Screen title={texts.import.title} name={texts.import.title}><Text className="faint">{shell.lacks(lacking)}</Text></Screen>;
  return (
    <Screen title={texts.import.title} name={texts.import.title}>
      <Card>
        <Text mb="sm">{texts.import.intro}</Text>
        <Textarea
          label={texts.import.text}
          placeholder={texts.import.example}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          minRows={5}
          maxRows={14}
          autosize
          spellCheck={false}
          classNames={{ input: "name" }}
        />
        <Group mt="sm">
          <FileButton accept=".csv,.tsv,.txt,text/csv" onChange={(chosen) => void chosen?.text().then(setText)}>
            {(props) => <Button variant="default" {...props}>{texts.import.file}</Button>}
          </FileButton>
        </Group>
      </Card>
      {settled.trim() !== "" && (
        <>
          {!file.hasUsernames && <Text className="denied" role="alert">{texts.import.noUsernames}</Text>}
          {file.hasUsernames && file.rows.length === 0 && <Text className="faint" role="status">{texts.import.noRows}</Text>}
          {file.unknownColumns.length > 0 && <Text className="warning" role="status">{texts.import.unknownColumns(file.unknownColumns)}</Text>}
          {file.hasUsernames && file.rows.length > 0 && <ImportPlan key={settled} rows={file.rows} />}
        </>
      )}
    </Screen>
  );
}
