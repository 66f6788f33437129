import { Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { PermissionPicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import type { Named, Terms } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { PERMANENT, TermsFields } from "./TermsFields";

interface Props {
  readonly user: Named;
  readonly except: readonly string[];
  readonly onClose: () => void;
}

/** Grants a permission to a user directly, in the draft. */
export function GrantDialog({ user, except, onClose }: Props) {
  const { add } = useDraft();
  const [permission, setPermission] = useState<Named | null>(null);
  const [terms, setTerms] = useState<Terms>(PERMANENT);
  const grant = () => {
    if (permission) add({ kind: "grantUser", user, permission: { id: permission.id, name: permission.name }, ...terms });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={texts.direct.grantTitle(user.name)} closeButtonProps={{ "aria-label": shell.close }}>
      <Stack gap="sm">
        <PermissionPicker label={texts.direct.pick} value={permission} onChange={setPermission} except={except} />
        <TermsFields terms={terms} onChange={setTerms} />
        <Text className="warning" size="sm">{texts.direct.note}</Text>
        <ReasonedButton reason={permission ? null : texts.direct.chosenFirst} onClick={grant}>{texts.addToDraft}</ReasonedButton>
      </Stack>
    </Modal>
  );
}
