import { Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FilterField } from "../../components/FilterField";
import { texts } from "../../texts/people";
import { Holdings } from "../users/Holdings";

/** Permissions of the reader with their sources. */
export function MyPermissions({ userId }: { readonly userId: string }) {
  const search = useSearch({ from: "/me" });
  const navigate = useNavigate({ from: "/me" });
  return (
    <Stack gap="sm">
      <div style={{ maxWidth: 280 }}>
        <FilterField label={texts.access.filter} placeholder={texts.access.filterHint} value={search.search} onChange={(value) => void navigate({ search: { search: value } })} />
      </div>
      <Holdings
        userId={userId}
        search={search}
        empty={texts.me.permissionsNone}
        onPage={(position) => void navigate({ search: { search: search.search, ...position } })}
      />
    </Stack>
  );
}
