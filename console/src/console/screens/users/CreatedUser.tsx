import { Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Named } from "../../draft/changes";
import { texts } from "../../texts/people";
import { texts as shell } from "../../texts/shell";
import { PasswordLink } from "./PasswordLink";

/** What follows the creation of a user: a link to set the password. */
export function CreatedUser({ user, onClose }: { readonly user: Named; readonly onClose: () => void }) {
  return (
    <>
      <Group gap="sm" mb="xs">
        <Text role="status">{texts.create.created(user.name)}</Text>
        <Link className="link" to="/users/$id" params={{ id: user.id }}>{texts.create.show(user.name)}</Link>
        <Button variant="subtle" size="compact-sm" onClick={onClose}>{shell.close}</Button>
      </Group>
      <PasswordLink user={user} reason={null} />
    </>
  );
}
