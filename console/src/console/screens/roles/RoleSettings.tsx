import { Group, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useReview } from "../../draft/review";
import type { RoleUpdateInput } from "../../gql/graphql";
import { texts as draft } from "../../texts/draft";
import { texts } from "../../texts/roles";
import { type Role, update } from "./proposals";

/** Attributes of a role. */
export function RoleSettings({ role }: { readonly role: Role }) {
  const review = useReview();
  const [name, setName] = useState(role.name);
  const [description, setDescription] = useState(role.description ?? "");
  const [isDefault, setDefault] = useState(role.isDefault);
  const [requiresActivation, setRequiresActivation] = useState(role.requiresActivation);
  const input: RoleUpdateInput = {
    ...(name.trim() === role.name ? {} : { name: name.trim() }),
    ...(description.trim() === (role.description ?? "") ? {} : { description: description.trim() || null }),
    ...(isDefault === role.isDefault ? {} : { isDefault }),
    ...(requiresActivation === role.requiresActivation ? {} : { requiresActivation }),
  };
  return (
    <details className="card">
      <summary>{texts.edit}</summary>
      <Group align="end" gap="md" mt="sm">
        <TextInput label={texts.fields.name} value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />
        <TextInput label={texts.fields.description} value={description} onChange={({ currentTarget }) => setDescription(currentTarget.value)} flex={1} />
      </Group>
      <Group gap="lg" mt="sm">
        <Switch label={texts.fields.isDefault} checked={isDefault} onChange={({ currentTarget }) => setDefault(currentTarget.checked)} />
        <Switch label={texts.fields.requiresActivation} checked={requiresActivation} onChange={({ currentTarget }) => setRequiresActivation(currentTarget.checked)} />
        <ReasonedButton reason={Object.keys(input).length === 0 ? draft.nothing : null} onClick={() => review(update(role, input))}>{texts.review}</ReasonedButton>
      </Group>
    </details>
  );
}
