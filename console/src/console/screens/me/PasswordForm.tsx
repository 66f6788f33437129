import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { client } from "../../api/client";
import { useApi } from "../../api/hooks";
import { mutate } from "../../api/mutate";
import { useViewer } from "../../session/context";
import { ServiceQuery } from "../../session/documents";
import { Failure, textOf } from "../../session/Login";
import { useForm } from "../../session/useForm";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { MePasswordMutation } from "./documents";

/** Changes the reader's password, which ends all other sessions. */
export function PasswordForm() {
  const { user } = useViewer();
  const [changes, setChanges] = useState(0);
  const length = useApi(ServiceQuery, {}).data?.data.serviceInfo.passwordMinLength ?? 0;
  const form = useForm(async (fields) => {
    const { data } = await mutate(MePasswordMutation, { current: textOf(fields, "current"), next: textOf(fields, "next") });
    const problems = data.passwordChange?.userErrors ?? [];
    if (problems.length === 0) {
      setChanges(changes + 1);
      await client.invalidateQueries();
    }
    return problems;
  }, ["currentPassword", "newPassword"]);
  return (
    // The fields are empty again after a change.
    <form onSubmit={form.submit} key={changes}>
      <Stack gap="sm" align="start">
        <input type="text" name="username" autoComplete="username" value={user.username} readOnly hidden />
        <PasswordInput w="100%" name="current" label={texts.me.current} autoComplete="current-password" error={form.errors["currentPassword"]} required />
        <PasswordInput
          w="100%"
          name="next"
          label={texts.me.next}
          description={shell.login.passwordHint(length)}
          autoComplete="new-password"
          error={form.errors["newPassword"]}
          required
        />
        <Failure text={form.failure} />
        <Text className="faint" size="sm">{texts.me.passwordNote}</Text>
        <Button type="submit" loading={form.isSending}>{texts.me.changePassword}</Button>
        <div role="status">{changes > 0 && <Text className="allowed">{texts.me.passwordDone}</Text>}</div>
      </Stack>
    </form>
  );
}
