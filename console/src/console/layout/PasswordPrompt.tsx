import { Button, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { mutate, onPasswordNeeded } from "../api/mutate";
import { ReauthenticateMutation } from "../session/documents";
import { Failure, textOf } from "../session/Login";
import { useForm } from "../session/useForm";
import { texts } from "../texts/shell";

/** Asks for the password when a mutation requires a recent login (`@recentLogin`). */
export function PasswordPrompt() {
  const [isOpen, setOpen] = useState(false);
  const answer = useRef<(confirmed: boolean) => void>(() => {});
  const close = (confirmed: boolean) => {
    setOpen(false);
    answer.current(confirmed);
  };
  useEffect(() => {
    onPasswordNeeded(() => new Promise((resolve) => {
      answer.current = resolve;
      setOpen(true);
    }));
  }, []);
  const form = useForm(async (fields) => {
    const { data } = await mutate(ReauthenticateMutation, { password: textOf(fields, "password") });
    const problems = data.reauthenticate?.userErrors ?? [];
    if (problems.length === 0) close(true);
    return problems;
  }, []);
  return (
    <Modal opened={isOpen} onClose={() => close(false)} title={texts.confirm.title} zIndex={400} closeButtonProps={{ "aria-label": texts.close }}>
      <form onSubmit={form.submit}>
        <Stack gap="sm">
          <Text>{texts.confirm.text}</Text>
          <Failure text={form.failure} />
          <PasswordInput name="password" label={texts.login.password} autoComplete="current-password" required data-autofocus />
          <Button type="submit" loading={form.isSending}>{texts.confirm.submit}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
