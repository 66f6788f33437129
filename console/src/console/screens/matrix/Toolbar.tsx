import { Box, Button, Group } from "@mantine/core";
import { FilterField } from "../../components/FilterField";
import { RolePicker } from "../../components/pickers";
import { texts } from "../../texts/matrix";
import type { MatrixRole } from "./policy";
import type { MatrixSearch } from "./search";

const WIDTH = { filter: 170, role: 140 };

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
      <FilterField hideLabel width={WIDTH.filter} label={texts.filterPermissions} value={search.rows} onChange={(rows) => onSearch({ rows })} />
      {!isComparing && <FilterField hideLabel width={WIDTH.filter} label={texts.filterRoles} value={search.search} onChange={(text) => onSearch({ search: text })} />}
      {!isComparing && (
        <Button
          variant={search.differ ? "filled" : "default"}
          aria-pressed={search.differ === "yes"}
          onClick={() => onSearch({ differ: search.differ ? undefined : "yes" })}
        >
          {texts.differ}
        </Button>
      )}
      <Box w={WIDTH.role}>
        <RolePicker hideLabel label={texts.compare} placeholder={`${texts.compare}…`} value={roleOf(search.left)} except={search.right ? [search.right] : []} onChange={(role) => onSearch({ left: role?.id })} />
      </Box>
      <Box w={WIDTH.role}>
        <RolePicker hideLabel label={texts.with} placeholder={`${texts.with}…`} value={roleOf(search.right)} except={search.left ? [search.left] : []} onChange={(role) => onSearch({ right: role?.id })} />
      </Box>
    </Group>
  );
}
