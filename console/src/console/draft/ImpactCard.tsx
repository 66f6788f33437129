import { Alert, Text } from "@mantine/core";
import { Card } from "../components/Card";
import { texts } from "../texts/draft";
import type { Impact } from "./proposal";

const NAMES_SHOWN = 5;

interface Group {
  readonly permission: string;
  readonly users: readonly string[];
}

/** Who gains and loses what. */
export function ImpactCard({ title, impact }: { readonly title: string | null; readonly impact: Impact }) {
  const { usersAffected, sessionsAffected, permissionsGained, permissionsLost } = impact;
  const deltas = impact.deltas ?? [];
  const administrators = impact.newAdministrators ?? [];
  const gains = byPermission(deltas, "gained");
  const losses = byPermission(deltas, "lost");
  if (usersAffected === 0 && sessionsAffected === 0) return <Card title={title ?? texts.notices}><Text className="faint">{texts.nobody}</Text></Card>;
  return (
    <>
      <Card title={title ?? texts.notices}>
        {gains.map(({ permission, users }) => (
          <Text key={permission}>{texts.gains(users.length)}<code className="name">{permission}</code>{names(users)}</Text>
        ))}
        {losses.map(({ permission, users }) => (
          <Text key={permission}><span className="denied">{texts.loses(users.length)}</span><code className="name">{permission}</code>{names(users)}</Text>
        ))}
        <Text className="faint">{texts.affected(usersAffected, sessionsAffected)}</Text>
        {deltas.length < usersAffected && <Text className="faint">{texts.firstOnly(deltas.length, usersAffected)}</Text>}
        <Text className="faint">{texts.totals(permissionsGained, permissionsLost)}</Text>
        {administrators.length === 0 && <Text className="faint">{texts.noAdministrator}</Text>}
      </Card>
      {administrators.length > 0 && (
        <Alert color="red" role="alert" title={texts.administrators}>{administrators.map(({ username }) => username).join(", ")}</Alert>
      )}
    </>
  );
}

function byPermission(deltas: NonNullable<Impact["deltas"]>, side: "gained" | "lost"): readonly Group[] {
  const groups = new Map<string, string[]>();
  for (const delta of deltas) {
    for (const permission of delta[side]) groups.set(permission, [...(groups.get(permission) ?? []), delta.user.username]);
  }
  return [...groups].map(([permission, users]) => ({ permission, users })).sort((a, b) => b.users.length - a.users.length);
}

function names(users: readonly string[]): string {
  const more = users.length - NAMES_SHOWN;
  return `: ${users.slice(0, NAMES_SHOWN).join(", ")}${more > 0 ? ` +${more}` : ""}`;
}
