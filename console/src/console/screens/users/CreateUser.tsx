import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { type SubmitEvent } from "react";
import type { Named } from "../../draft/changes";
import { useReview } from "../../draft/review";
import { textOf } from "../../session/Login";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { createUser } from "./proposals";

interface Props {
  readonly onClose: () => void;
  readonly onCreated: (user: Named) => void;
}

/** Fields of a new user; the review creates it. */
export function CreateUser({ onClose, onCreated }: Props) {
  const review = useReview();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const value = (name: string) => textOf(fields, name).trim();
    onClose();
    review(createUser({ username: value("username"), email: value("email") || null, displayName: value("displayName") || null }, onCreated));
  };
  return (
    <Modal opened onClose={onClose} title={texts.create.title} closeButtonProps={{ "aria-label": shell.close }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput name="username" label={texts.create.username} required data-autofocus autoComplete="off" />
          <TextInput name="email" label={texts.create.email} type="email" autoComplete="off" />
          <TextInput name="displayName" label={texts.create.displayName} autoComplete="off" />
          <Button type="submit">{texts.create.review}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
