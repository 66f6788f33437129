import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { CopyButton } from "../../components/CopyButton";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Until } from "../../components/When";
import type { Named } from "../../draft/changes";
import { useReview } from "../../draft/review";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { issuePasswordLink, type PasswordToken } from "./proposals";

interface Props {
  readonly user: Named;
  /** Why no link can be issued. */
  readonly reason: string | null;
}

/** A button that issues a link to set a password: an invitation, or a reset. The link is shown once. */
export function PasswordLink({ user, reason }: Props) {
  const review = useReview();
  const [issued, setIssued] = useState<PasswordToken | null>(null);
  return (
    <>
      <ReasonedButton reason={reason} variant="default" onClick={() => review(issuePasswordLink(user, setIssued))}>{texts.invite.open}</ReasonedButton>
      {issued && <LinkDialog user={user} issued={issued} onClose={() => setIssued(null)} />}
    </>
  );
}

interface DialogProps {
  readonly user: Named;
  readonly issued: PasswordToken;
  readonly onClose: () => void;
}

function LinkDialog({ user, issued, onClose }: DialogProps) {
  const link = `${location.origin}/reset#token=${issued.token}`;
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} zIndex={400} title={texts.invite.title(user.name)} closeButtonProps={{ "aria-label": shell.close }}>
      <Stack gap="sm">
        <Text>{texts.invite.shown(user.name)}</Text>
        <TextInput label={texts.invite.link} readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />
        {issued.expiresAt && <Text className="faint">{texts.invite.expires} <Until at={issued.expiresAt} /></Text>}
        <Group>
          <CopyButton label={texts.invite.copy} value={() => link} />
          <Button variant="default" onClick={onClose}>{texts.invite.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
