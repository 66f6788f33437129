import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { Card } from "../../components/Card";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useReview } from "../../draft/review";
import { texts } from "../../texts/constraints";
import { texts as draft } from "../../texts/draft";
import { type Constraint, update } from "./proposals";

const FEWEST = 2;

/** Fields to change the limit and the description of a constraint. */
export function ConstraintEditor({ constraint }: { readonly constraint: Constraint }) {
  const review = useReview();
  const members = constraint.roles.length + constraint.permissions.length;
  const [limit, setLimit] = useState(constraint.limit);
  const [description, setDescription] = useState(constraint.description ?? "");
  const isSame = limit === constraint.limit && description.trim() === (constraint.description ?? "");
  return (
    <Card title={texts.edit}>
      <Group align="end">
        <NativeSelect
          label={texts.limit}
          value={limit}
          onChange={({ currentTarget }) => setLimit(Number(currentTarget.value))}
          data={Array.from({ length: members - 1 }, (_, index) => String(index + FEWEST))}
        />
        <TextInput label={texts.description} value={description} onChange={({ currentTarget }) => setDescription(currentTarget.value)} flex={1} />
        <ReasonedButton reason={isSame ? draft.nothing : null} onClick={() => review(update(constraint, { limit, description: description.trim() || null }))}>
          {texts.review}
        </ReasonedButton>
      </Group>
    </Card>
  );
}
