import { Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useReview } from "../../draft/review";
import { texts as draft } from "../../texts/draft";
import { texts } from "../../texts/permissions";
import { description, type Permission } from "./proposals";

/** A field for the description of a permission. */
export function Describe({ permission }: { readonly permission: Permission }) {
  const review = useReview();
  const [text, setText] = useState(permission.description ?? "");
  const isSame = text.trim() === (permission.description ?? "");
  return (
    <Group align="end" gap="sm" maw={640}>
      <TextInput label={texts.description} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} maxLength={2000} flex={1} />
      <ReasonedButton reason={isSame ? draft.nothing : null} variant="default" onClick={() => review(description(permission, text.trim() || null))}>
        {texts.save}
      </ReasonedButton>
    </Group>
  );
}
