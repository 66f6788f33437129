import { Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useApi } from "../api/hooks";
import { mutate } from "../api/mutate";
import { texts } from "../texts/shell";
import { ResetMutation, ServiceQuery } from "./documents";
import { FormPage } from "./FormPage";
import { Failure, textOf } from "./Login";
import { useForm } from "./useForm";

/** Sets a password with the token of a link: an invitation, or a reset by an administrator. */
export function PasswordReset() {
  const [isDone, setDone] = useState(false);
  const length = useApi(ServiceQuery, {}).data?.data.serviceInfo.passwordMinLength ?? 0;
  const form = useForm(async (fields) => {
    const { data } = await mutate(ResetMutation, { token: location.hash.replace("#token=", ""), password: textOf(fields, "password") });
    setDone(data.passwordReset.userErrors.length === 0);
    return data.passwordReset.userErrors;
  }, ["newPassword"]);
  if (isDone) {
    return (
      <FormPage title={texts.reset.title}>
        <Text role="status">{texts.reset.done}</Text>
        <Anchor href="/">{texts.login.submit}</Anchor>
      </FormPage>
    );
  }
  return (
    <FormPage title={texts.reset.title}>
      <form onSubmit={form.submit}>
        <Stack gap="sm">
          <Failure text={form.failure} />
          <PasswordInput
            name="password"
            label={texts.reset.password}
            description={texts.login.passwordHint(length)}
            autoComplete="new-password"
            error={form.errors["newPassword"]}
            required
            autoFocus
          />
          <Button type="submit" loading={form.isSending}>{texts.reset.submit}</Button>
        </Stack>
      </form>
    </FormPage>
  );
}
