import { Checkbox, Group } from "@mantine/core";
import type { Named } from "../../draft/changes";
import { texts } from "../../texts/people";
import { NearMisses } from "./NearMisses";
import type { NewRole } from "./plan";

interface Props {
  readonly roles: readonly NewRole[];
  readonly onToggle: (name: string) => void;
  readonly onMean: (name: string, role: Named) => void;
}

/** Roles of a file that do not exist: each is created only when it is ticked. */
export function NewRoles({ roles, onToggle, onMean }: Props) {
  return (
    <ul className="plain-list">
      {roles.map(({ name, isTicked, near }) => (
        <Group component="li" key={name} gap="md" py={2}>
          <Checkbox size="xs" checked={isTicked} onChange={() => onToggle(name)} label={texts.import.createRoleOf(name)} />
          <NearMisses unknown={name} near={near} onMean={(role) => onMean(name, role)} />
        </Group>
      ))}
    </ul>
  );
}
