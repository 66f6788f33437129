import { Group, NativeSelect, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Card } from "../../components/Card";
import { MultiPicker } from "../../components/MultiPicker";
import { PermissionPicker, RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import type { Choice } from "../../components/SearchPicker";
import { useReview } from "../../draft/review";
import type { SodKind } from "../../gql/graphql";
import { texts } from "../../texts/constraints";
import { creation } from "./proposals";

type Members = "roles" | "permissions";

const FEWEST = 2;
const KINDS: readonly SodKind[] = ["STATIC", "DYNAMIC"];

/** The form for a new constraint. The review says who violates it already. */
export function ConstraintForm({ onDone }: { readonly onDone: () => void }) {
  const review = useReview();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [kind, setKind] = useState<SodKind>("STATIC");
  const [of, setOf] = useState<Members>("roles");
  const [members, setMembers] = useState<readonly Choice[]>([]);
  const [limit, setLimit] = useState(FEWEST);
  const isComplete = name.trim() !== "" && members.length >= FEWEST;
  const submit = () => {
    const ids = members.map(({ id }) => id);
    const list = of === "roles" ? { roleIds: ids } : { permissionIds: ids };
    const input = { name: name.trim(), description: description.trim() || null, kind, limit: Math.min(limit, members.length), ...list };
    review(creation(input, members.map(({ name }) => name), onDone));
  };
  const change = (next: Members) => {
    setOf(next);
    setMembers([]);
  };
  return (
    <Card title={texts.create}>
      <Stack gap="sm" maw={560}>
        <TextInput label={texts.name} value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />
        <TextInput label={texts.description} value={description} onChange={({ currentTarget }) => setDescription(currentTarget.value)} />
        <Group gap="md">
          <SegmentedControl aria-label={texts.kind} value={kind} onChange={(value) => setKind(value as SodKind)} data={KINDS.map((value) => ({ value, label: texts.kinds[value] }))} />
          <SegmentedControl aria-label={texts.of} value={of} onChange={(value) => change(value as Members)} data={[{ value: "roles", label: texts.roles }, { value: "permissions", label: texts.permissions }]} />
        </Group>
        <Text size="sm" className="faint">{texts.kindHints[kind]}</Text>
        <MultiPicker key={of} label={texts[of]} chosen={members} onChange={setMembers} picker={of === "roles" ? RolePicker : PermissionPicker} />
        <NativeSelect
          label={texts.limit}
          description={texts.limitHint}
          value={limit}
          onChange={({ currentTarget }) => setLimit(Number(currentTarget.value))}
          data={Array.from({ length: Math.max(1, members.length - 1) }, (_, index) => String(index + FEWEST))}
        />
        <Group>
          <ReasonedButton reason={isComplete ? null : texts.incomplete} onClick={submit}>{texts.review}</ReasonedButton>
        </Group>
      </Stack>
    </Card>
  );
}
