import { Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { errorAt, useApi } from "../../api/hooks";
import { Refusal } from "../../components/Card";
import { FilterField } from "../../components/FilterField";
import { pageArguments, Pager } from "../../components/Pager";
import { State } from "../../components/State";
import { texts } from "../../texts/people";
import { HoldingTable } from "../users/AccessTab";
import { UserAccessQuery } from "../users/documents";

/** Permissions of the reader with their sources. */
export function MyPermissions({ userId }: { readonly userId: string }) {
  const search = useSearch({ from: "/me" });
  const navigate = useNavigate({ from: "/me" });
  const query = useApi(UserAccessQuery, { id: userId, ...pageArguments(search), search: search.search ?? null }, { keep: true });
  return (
    <Stack gap="sm">
      <div style={{ maxWidth: 280 }}>
        <FilterField label={texts.access.filter} placeholder={texts.access.filterHint} value={search.search} onChange={(value) => void navigate({ search: { search: value } })} />
      </div>
      <State query={query}>
        {(data, answer) => {
          const error = errorAt(answer, "user.effectivePermissions");
          const page = data.user?.effectivePermissions;
          if (error || !page) return error ? <Refusal error={error} /> : null;
          return (
            <>
              <HoldingTable holdings={page.nodes} userId={userId} empty={search.search ? texts.access.noMatch : texts.me.permissionsNone} />
              <Pager page={page.pageInfo} total={page.totalCount} onPage={(position) => void navigate({ search: { search: search.search, ...position } })} />
            </>
          );
        }}
      </State>
    </Stack>
  );
}
