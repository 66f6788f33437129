import { Group, Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FilterField } from "../../components/FilterField";
import { texts } from "../../texts/people";
import { Holdings } from "./Holdings";
import type { Head } from "./proposals";
import { WhyNot } from "./WhyNot";

/** Permissions of a user, each with all of its sources. */
export function AccessTab({ user }: { readonly user: Head }) {
  const search = useSearch({ from: "/users/$id" });
  const navigate = useNavigate({ from: "/users/$id" });
  return (
    <Stack gap="md">
      <Group align="end" justify="space-between" gap="md">
        <FilterField
          label={texts.access.filter}
          placeholder={texts.access.filterHint}
          value={search.search}
          onChange={(value) => void navigate({ search: { tab: search.tab, search: value } })}
        />
        <WhyNot userId={user.id} />
      </Group>
      <Holdings
        userId={user.id}
        search={search}
        empty={texts.access.empty}
        onPage={(position) => void navigate({ search: { tab: search.tab, search: search.search, ...position } })}
      />
    </Stack>
  );
}
