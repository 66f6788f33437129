import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { client } from "../../api/client";
import { mutate } from "../../api/mutate";
import { Failure, textOf } from "../../session/Login";
import { useForm } from "../../session/useForm";
import { texts } from "../../texts/people";
import { MeUpdateMutation } from "./documents";

/** Changes the reader's display name. */
export function ProfileForm({ displayName }: { readonly displayName: string }) {
  const [isSaved, setSaved] = useState(false);
  const form = useForm(async (fields) => {
    setSaved(false);
    const { data } = await mutate(MeUpdateMutation, { displayName: textOf(fields, "displayName").trim() || null });
    const problems = data.profileUpdate?.userErrors ?? [];
    setSaved(problems.length === 0);
    if (problems.length === 0) await client.invalidateQueries();
    return problems;
  }, ["displayName"]);
  return (
    <form onSubmit={form.submit}>
      <Stack gap="sm" align="start">
        <TextInput w="100%" name="displayName" label={texts.me.displayName} defaultValue={displayName} error={form.errors["displayName"]} autoComplete="name" />
        <Failure text={form.failure} />
        <Button type="submit" loading={form.isSending}>{texts.me.save}</Button>
        <div role="status">{isSaved && <Text className="allowed">{texts.me.saved}</Text>}</div>
      </Stack>
    </form>
  );
}
