import { Badge, Group, SimpleGrid, Text } from "@mantine/core";
import { errorAt, useApi } from "../../api/hooks";
import type { FieldError } from "../../api/request";
import { Card } from "../../components/Card";
import { RoleLink } from "../../components/links";
import { RolePicker } from "../../components/pickers";
import { ReasonedButton } from "../../components/ReasonedButton";
import { State } from "../../components/State";
import type { Change, Named } from "../../draft/changes";
import { useDraft } from "../../draft/store";
import { useLack } from "../../session/context";
import { texts } from "../../texts/roles";
import { RoleLinksQuery } from "./documents";
import type { Role } from "./proposals";

type Inheritance = Extract<Change, { readonly from: Named }>;

/** What a role inherits from, and what inherits from it. */
export function RoleInheritance({ role }: { readonly role: Role }) {
  const query = useApi(RoleLinksQuery, { id: role.id });
  const { draft, add } = useDraft();
  const lack = useLack();
  const isOfRole = (change: Change): change is Inheritance =>
    (change.kind === "inherit" || change.kind === "disinherit") && change.role.id === role.id;
  const reason = lack("role:write") ?? (role.viewerCanManage ? null : texts.cannotManage);
  return (
    <State query={query}>
      {({ role: links }, answer) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Links
            title={texts.inheritsFrom}
            hint={texts.inheritsFromHint}
            direct={links?.inheritsFrom ?? []}
            all={links?.inheritsFromAll ?? []}
            error={errorAt(answer, "role.inheritsFrom")}
            reason={reason}
            drafted={draft.changes.filter(isOfRole)}
            onRemove={(from) => add({ kind: "disinherit", role, from }, { role, version: role.version })}
            onAdd={(from) => add({ kind: "inherit", role, from }, { role, version: role.version })}
            except={[role.id]}
          />
          <Links
            title={texts.inheritedBy}
            hint={texts.inheritedByHint}
            direct={links?.inheritedBy ?? []}
            all={links?.inheritedByAll ?? []}
            error={errorAt(answer, "role.inheritedBy")}
            reason={reason}
          />
        </SimpleGrid>
      )}
    </State>
  );
}

interface LinksProps {
  readonly title: string;
  readonly hint: string;
  readonly direct: readonly Named[];
  readonly all: readonly Named[];
  readonly error: FieldError | undefined;
  readonly reason: string | null;
  /** Changes of the draft to the links of this list. */
  readonly drafted?: readonly Inheritance[];
  readonly onRemove?: (role: Named) => void;
  readonly onAdd?: (role: Named) => void;
  readonly except?: readonly string[];
}

function Links({ title, hint, direct, all, error, reason, drafted = [], onRemove, onAdd, except = [] }: LinksProps) {
  const isRemoved = (id: string) => drafted.some((change) => change.kind === "disinherit" && change.from.id === id);
  const added = drafted.filter(({ kind }) => kind === "inherit").map(({ from }) => from);
  const through = all.filter(({ id }) => !direct.some((role) => role.id === id));
  return (
    <Card title={title} error={error}>
      <Text className="faint" size="sm" mb="xs">{hint}</Text>
      {all.length === 0 && added.length === 0 && <Text className="faint">{texts.noLinks}</Text>}
      <ul className="plain-list">
        {direct.map((role) => (
          <Group component="li" key={role.id} justify="space-between" py={2}>
            <span>
              <RoleLink role={role} />
              {isRemoved(role.id) && <Badge ml={8} size="xs" color="red" variant="light">{texts.graph.states.removed}</Badge>}
            </span>
            {onRemove && (
              <ReasonedButton reason={reason} size="compact-sm" variant="subtle" onClick={() => onRemove(role)}>{texts.removeJunior(role.name)}</ReasonedButton>
            )}
          </Group>
        ))}
        {added.map((role) => (
          <li key={role.id}>
            <RoleLink role={role} /> <Badge ml={8} size="xs" color="green" variant="light">{texts.graph.states.added}</Badge>
          </li>
        ))}
        {through.map((role) => (
          <li key={role.id}><RoleLink role={role} /> <span className="faint">{texts.through}</span></li>
        ))}
      </ul>
      {onAdd && reason === null && (
        <Group maw={320} mt="sm">
          <RolePicker label={texts.addJunior} value={null} except={[...except, ...direct.map(({ id }) => id)]} onChange={(role) => role && onAdd(role)} />
        </Group>
      )}
    </Card>
  );
}
