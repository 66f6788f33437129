import { Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import type { Named, Terms } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { useAssignObstacle } from "./assignable";
import { PERMANENT, TermsFields } from "./TermsFields";

interface Props {
  readonly user: Named;
  /** The assigned role whose end is changed; null to assign another one. */
  readonly role: Named | null;
  readonly except: readonly string[];
  readonly onClose: () => void;
}

/** Assigns a role in the draft, or changes the end of an assignment. */
export function AssignDialog({ user, role: assigned, except, onClose }: Props) {
  const { add } = useDraft();
  const [role, setRole] = useState<Named | null>(assigned);
  const [terms, setTerms] = useState<Terms>(PERMANENT);
  const obstacle = useAssignObstacle(role);
  const assign = () => {
    if (role) add({ kind: "assign", user, role: { id: role.id, name: role.name }, ...terms, replace: assigned !== null });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={assigned ? texts.roles.changeOf(assigned.name) : texts.roles.assignTitle(user.name)}
      closeButtonProps={{ "aria-label": shell.close }}
    >
      <Stack gap="sm">
        {!assigned && <RolePicker label={texts.roles.pick} value={role} onChange={setRole} except={except} />}
        <TermsFields terms={terms} onChange={setTerms} />
        <ReasonedButton reason={obstacle} onClick={assign}>{texts.addToDraft}</ReasonedButton>
      </Stack>
    </Modal>
  );
}
