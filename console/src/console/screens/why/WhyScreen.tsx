import { Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { Screen } from "../../components/Screen";
import { texts } from "../../texts/answers";
import { WhyRoleQuery, WhyUserQuery } from "./documents";
import { Explanation } from "./Explanation";
import { Holders } from "./Holders";
import { type Question, questionOf, type Subject } from "./question";
import { QuestionBar } from "./QuestionBar";
import { RolePermission } from "./RolePermission";
import { RolePermissions } from "./RolePermissions";
import type { WhySearch } from "./search";
import { UserPermissions } from "./UserPermissions";

const route = getRouteApi("/why");

/** Answers who may do what, and why. The question is in the address. */
export default function WhyScreen() {
  const search: WhySearch = route.useSearch();
  const asked = useSubject(search);
  const via = useRole(search.via);
  const isKnown = asked.isKnown && (search.via === undefined || via !== undefined);
  const unknown = asked.unknown ?? (search.via !== undefined && via === null ? texts.why.unknownRole(search.via) : null);
  const { subject } = asked;
  const question = isKnown && unknown === null ? questionOf(subject, via?.id ?? null, search) : null;
  return (
    <Screen title={texts.why.title} name={texts.why.title} operation={question ?? undefined}>
      <QuestionBar subject={subject} permission={search.permission} />
      {unknown !== null && <Card><Text fz="lg">{unknown}</Text></Card>}
      {question && <Reply question={question} subject={subject} via={via ?? null} />}
      {isKnown && unknown === null && !question && <Card><Text className="faint">{texts.why.start}</Text></Card>}
    </Screen>
  );
}

interface ReplyProps {
  readonly question: NonNullable<Question>;
  readonly subject: Subject | null;
  readonly via: Subject | null;
}

function Reply({ question, subject, via }: ReplyProps) {
  switch (question.kind) {
    case "explain":
      return <Explanation variables={question.variables} />;
    case "holders":
      return <Holders variables={question.variables} via={via} />;
    case "userPermissions":
      return <UserPermissions variables={question.variables} />;
    case "rolePermissions":
      return <RolePermissions variables={question.variables} />;
    case "rolePermission":
      return <RolePermission variables={question.variables} name={subject?.name ?? ""} />;
  }
}

interface Resolved {
  readonly subject: Subject | null;
  readonly isKnown: boolean;
  /** What to say when nothing has the name. */
  readonly unknown: ReactNode | null;
}

/** The user or role of the address, by id or by name. */
function useSubject({ user, role }: WhySearch): Resolved {
  const users = useApi(WhyUserQuery, { user: user ?? "", username: user ?? "" }, { enabled: user !== undefined });
  const found = useRole(user === undefined ? role : undefined);
  if (user !== undefined) {
    if (users.error) return { subject: null, isKnown: true, unknown: users.error.message };
    if (!users.data) return { subject: null, isKnown: false, unknown: null };
    const known = users.data.data.byId ?? users.data.data.byName;
    if (!known) return { subject: null, isKnown: true, unknown: texts.why.unknownUser(user) };
    return { subject: { kind: "user", id: known.id, name: known.username }, isKnown: true, unknown: null };
  }
  if (role === undefined) return { subject: null, isKnown: true, unknown: null };
  if (found === undefined) return { subject: null, isKnown: false, unknown: null };
  return { subject: found, isKnown: true, unknown: found === null ? texts.why.unknownRole(role) : null };
}

/** A role by id or by name: undefined while it is unknown, null when there is none. */
function useRole(role: string | undefined): Subject | null | undefined {
  const { data } = useApi(WhyRoleQuery, { role: role ?? "", name: role ?? "" }, { enabled: role !== undefined });
  if (!data || role === undefined) return undefined;
  const known = data.data.byId ?? data.data.byName;
  return known && { kind: "role", ...known };
}
