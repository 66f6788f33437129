import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { type SubmitEvent } from "react";
import { useReview } from "../../draft/review";
import { textOf } from "../../session/Login";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { editUser, type Head } from "./proposals";

/** Fields of an account; the review sets what differs. */
export function EditUser({ user, onClose }: { readonly user: Head; readonly onClose: () => void }) {
  const review = useReview();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const value = (name: string) => textOf(fields, name).trim();
    const proposal = editUser(user, { username: value("username"), email: value("email") || null, displayName: value("displayName") || null });
    onClose();
    if (proposal) review(proposal);
  };
  return (
    <Modal opened onClose={onClose} title={texts.user.renameTitle(user.username)} closeButtonProps={{ "aria-label": shell.close }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput name="username" label={texts.create.username} required defaultValue={user.username} data-autofocus autoComplete="off" />
          <TextInput name="email" label={texts.create.email} type="email" defaultValue={user.email ?? ""} autoComplete="off" />
          <TextInput name="displayName" label={texts.create.displayName} defaultValue={user.displayName} autoComplete="off" />
          <Button type="submit">{texts.create.review}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
