import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Choice } from "../../components/SearchPicker";
import { PermissionPicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useLack, useMay } from "../../session/context";
import { texts } from "../../texts/people";

/** Leads to the explanation of a permission that a user lacks. */
export function WhyNot({ userId }: { readonly userId: string }) {
  const may = useMay();
  const lack = useLack();
  const [permission, setPermission] = useState<Choice | null>(null);
  if (!may("permission:read")) return null;
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <PermissionPicker label={texts.access.whyNot} placeholder={texts.access.whyNotText} value={permission} onChange={setPermission} />
      {permission && may("access:explain") ? (
        <Button renderRoot={(props) => <Link to="/why" search={{ user: userId, permission: permission.name }} {...props} />}>{texts.access.ask}</Button>
      ) : (
        <ReasonedButton reason={lack("access:explain") ?? texts.access.choose} onClick={() => {}} variant="default">
          {texts.access.ask}
        </ReasonedButton>
      )}
    </Group>
  );
}
