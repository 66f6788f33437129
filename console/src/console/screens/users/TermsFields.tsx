import { Stack, TextInput } from "@mantine/core";
import { UntilPicker } from "../../components/UntilPicker";
import type { Terms } from "../../draft/changes";
import { texts } from "../../texts/people";

const REASON_LENGTH = 1000;

/** Terms of a new assignment until something else is chosen. */
export const PERMANENT: Terms = { expiresAt: null, reason: null };

interface Props {
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
}

/** Fields for the end of an assignment or a grant, and its reason. */
export function TermsFields({ terms, onChange }: Props) {
  return (
    <Stack gap="sm">
      <UntilPicker onChange={(expiresAt) => onChange({ ...terms, expiresAt })} />
      <TextInput
        label={texts.reason}
        maxLength={REASON_LENGTH}
        value={terms.reason ?? ""}
        onChange={({ currentTarget }) => onChange({ ...terms, reason: currentTarget.value || null })}
      />
    </Stack>
  );
}
