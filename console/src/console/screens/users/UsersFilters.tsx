import { Group, NativeSelect } from "@mantine/core";
import { useApi } from "../../api/hooks";
import { FilterField } from "../../components/FilterField";
import { PermissionPicker, RolePicker } from "../../components/pickers";
import { oneOf } from "../../components/search";
import { useMay } from "../../session/context";
import { texts } from "../../texts/people";
import { UsersRoleQuery } from "./documents";
import type { UsersSearch } from "./search";

interface Props {
  readonly search: UsersSearch;
  readonly onChange: (change: Partial<UsersSearch>) => void;
}

/** Fields that narrow the list of users down. Those for roles and permissions need the permission to list them. */
export function UsersFilters({ search: { search, status, role, roleBy, permission }, onChange }: Props) {
  const may = useMay();
  const chosen = useApi(UsersRoleQuery, { id: role ?? "" }, { enabled: role !== undefined && may("role:read") }).data?.data.role;
  return (
    <Group gap="sm" align="end">
      <FilterField label={texts.users.search} placeholder={texts.users.searchHint} value={search} onChange={(value) => onChange({ search: value })} />
      <NativeSelect
        label={texts.users.status}
        value={status ?? ""}
        onChange={({ currentTarget }) => onChange({ status: oneOf(currentTarget.value, ["ACTIVE", "SUSPENDED"]) })}
        data={[
          { value: "", label: texts.users.anyStatus },
          { value: "ACTIVE", label: texts.users.statuses.ACTIVE },
          { value: "SUSPENDED", label: texts.users.statuses.SUSPENDED },
        ]}
      />
      {may("role:read") && (
        <RolePicker label={texts.users.role} value={role !== undefined && chosen ? chosen : null} onChange={(choice) => onChange({ role: choice?.id })} />
      )}
      {role !== undefined && (
        <NativeSelect
          label={texts.users.roleBy}
          value={roleBy ?? ""}
          onChange={({ currentTarget }) => onChange({ roleBy: oneOf(currentTarget.value, ["assigned"]) })}
          data={[
            { value: "", label: texts.users.rolesBy.authorized },
            { value: "assigned", label: texts.users.rolesBy.assigned },
          ]}
        />
      )}
      {may("permission:read") && (
        <PermissionPicker
          label={texts.users.permission}
          value={permission === undefined ? null : { id: permission, name: permission }}
          onChange={(choice) => onChange({ permission: choice?.name })}
        />
      )}
    </Group>
  );
}
