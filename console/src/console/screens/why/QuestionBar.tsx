import { Box, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { findRoles, findUsers, PermissionPicker } from "../../components/pickers";
import { type Choice, SearchPicker } from "../../components/SearchPicker";
import { useMay } from "../../session/context";
import { texts } from "../../texts/answers";
import type { Subject } from "./question";

const FOUND = 10;

interface Props {
  readonly subject: Subject | null;
  readonly permission: string | undefined;
}

/** The question in words, with a field for each end. */
export function QuestionBar({ subject, permission }: Props) {
  const navigate = useNavigate();
  const find = useFindSubjects();
  const ask = (next: { readonly user?: string; readonly role?: string; readonly permission?: string }) => void navigate({ to: "/why", search: next });
  const chosen = subject === null ? {} : { [subject.kind]: subject.name };
  const asked = permission === undefined ? {} : { permission };
  const onSubject = (choice: Choice | null) => {
    const [kind] = choice?.id.split(":") ?? [];
    ask({ ...(choice ? { [kind === "role" ? "role" : "user"]: choice.name } : {}), ...asked });
  };
  return (
    <Group gap="sm" component="section" role="search" aria-label={texts.why.title}>
      <Text fz="lg">{texts.why.may}</Text>
      <Box w={220}>
        <SearchPicker
          kind="subject"
          find={find}
          hideLabel
          label={texts.why.subject}
          placeholder={texts.why.anyone}
          value={subject && { id: `${subject.kind}:${subject.id}`, name: subject.name }}
          onChange={onSubject}
        />
      </Box>
      <Text fz="lg">{texts.why.do}</Text>
      <Box w={240}>
        <PermissionPicker
          hideLabel
          label={texts.why.permission}
          placeholder={texts.why.anything}
          value={permission === undefined ? null : { id: permission, name: permission }}
          onChange={(choice) => ask({ ...chosen, ...(choice ? { permission: choice.name } : {}) })}
        />
      </Box>
      <Text fz="lg">{texts.why.mark}</Text>
      <Text className="faint" size="sm">{texts.why.hint}</Text>
    </Group>
  );
}

/** Searches users and roles at once, as far as the session may read them. */
function useFindSubjects(): (search: string) => Promise<readonly Choice[]> {
  const may = useMay();
  return async (search) => {
    const [users, roles] = await Promise.all([
      may("user:read") ? findUsers(search, FOUND) : [],
      may("role:read") ? findRoles(search, FOUND) : [],
    ]);
    const of = (kind: Subject["kind"]) => ({ id, name }: Choice): Choice => ({ id: `${kind}:${id}`, name, note: texts.why.kinds[kind] });
    return [...users.map(of("user")), ...roles.map(of("role"))];
  };
}
