import { Button, Group, TextInput } from "@mantine/core";
import { RolePicker } from "../../components/pickers";
import { texts } from "../../texts/matrix";
import type { MatrixRole } from "./policy";
import type { MatrixSearch } from "./search";

interface Props {
  readonly search: MatrixSearch;
  readonly onSearch: (search: Partial<MatrixSearch>) => void;
  readonly roles: readonly MatrixRole[];
}

/** Filters of the matrix, and the two roles that it compares. */
export function Toolbar({ search, onSearch, roles }: Props) {
  const roleOf = (id: string | undefined) => roles.find((role) => role.id === id) ?? null;
  const isComparing = search.left !== undefined && search.right !== undefined;
  return (
    <Group gap="sm">
      <TextInput
        aria-label={texts.filterPermissions}
        placeholder={texts.filterPermissions}
        defaultValue={search.rows ?? ""}
        onChange={({ currentTarget }) => onSearch({ rows: currentTarget.value || undefined })}
      />
      {!isComparing && (
        <TextInput
          aria-label={texts.filterRoles}
          placeholder={texts.filterRoles}
          defaultValue={search.search ?? ""}
          onChange={({ currentTarget }) => onSearch({ search: currentTarget.value || undefined })}
        />
      )}
      {!isComparing && (
        <Button
          variant={search.differ ? "filled" : "default"}
          aria-pressed={search.differ === "yes"}
          onClick={() => onSearch({ differ: search.differ ? undefined : "yes" })}
        >
          {texts.differ}
        </Button>
      )}
      <RolePicker hideLabel label={texts.compare} placeholder={`${texts.compare}…`} value={roleOf(search.left)} except={search.right ? [search.right] : []} onChange={(role) => onSearch({ left: role?.id })} />
      <RolePicker hideLabel label={texts.with} placeholder={`${texts.with}…`} value={roleOf(search.right)} except={search.left ? [search.left] : []} onChange={(role) => onSearch({ right: role?.id })} />
    </Group>
  );
}
