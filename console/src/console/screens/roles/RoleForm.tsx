import { Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Card } from "../../components/Card";
import { PermissionPicker, RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import type { Choice } from "../../components/SearchPicker";
import { created } from "../../draft/changes";
import { useReview } from "../../draft/review";
import { useDraft } from "../../draft/store";
import { texts } from "../../texts/roles";
import { copy } from "./proposals";

const TEMPLATES = ["empty", "reader", "copy"] as const;
type Template = (typeof TEMPLATES)[number];

interface Props {
  readonly onDone: () => void;
  /** Role to copy at first. */
  readonly source?: Choice;
}

/** The form for a new role: empty, with one permission, or a copy of another role. */
export function RoleForm({ onDone, source = undefined }: Props) {
  const { add } = useDraft();
  const review = useReview();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [template, setTemplate] = useState<Template>(source ? "copy" : "empty");
  const [permission, setPermission] = useState<Choice | null>(null);
  const [original, setOriginal] = useState<Choice | null>(source ?? null);
  const isComplete = name.trim() !== "" && (template !== "copy" || original !== null) && (template !== "reader" || permission !== null);
  const submit = () => {
    const text = description.trim() || null;
    if (template === "copy" && original) {
      review(copy(name.trim(), text, original, (id) => void navigate({ to: "/roles/$id", params: { id } })));
    } else {
      const role = created(name.trim());
      add({ kind: "createRole", role, description: text });
      if (template === "reader" && permission) add({ kind: "grant", role, permission: { id: permission.id, name: permission.name } });
      onDone();
    }
  };
  return (
    <Card title={texts.create}>
      <Stack gap="sm" maw={560}>
        <SegmentedControl
          aria-label={texts.template}
          value={template}
          onChange={(value) => setTemplate(TEMPLATES.find((template) => template === value) ?? "empty")}
          data={TEMPLATES.map((value) => ({ value, label: texts.templates[value] }))}
        />
        <TextInput label={texts.nameLabel} value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />
        <TextInput label={texts.description} value={description} onChange={({ currentTarget }) => setDescription(currentTarget.value)} />
        {template === "reader" && <PermissionPicker label={texts.grant} value={permission} onChange={setPermission} />}
        {template === "copy" && <RolePicker label={texts.source} value={original} onChange={setOriginal} />}
        <Group>
          <ReasonedButton reason={isComplete ? null : texts.nameMissing} onClick={submit}>
            {template === "copy" ? texts.review : texts.addToDraft}
          </ReasonedButton>
        </Group>
      </Stack>
    </Card>
  );
}
