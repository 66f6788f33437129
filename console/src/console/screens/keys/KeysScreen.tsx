import { Badge, Group, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { errorAt, useApi } from "../../api/hooks";
import { Card } from "../../components/Card";
import { CopyButton } from "../../components/CopyButton";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { State } from "../../components/State";
import { exactly, When } from "../../components/When";
import { useReview } from "../../draft/review";
import type { KeysQuery as Result } from "../../gql/graphql";
import { useMay, useViewer } from "../../session/context";
import { texts } from "../../texts/answers";
import { texts as shell } from "../../texts/shell";
import { KeysQuery } from "./documents";
import { revocation, rotation } from "./proposals";

type Key = NonNullable<Result["signingKeys"]>[number];

const MOST_MINUTES = 43_200;
const COLORS = { ACTIVE: "green", RETIRING: "yellow", RETIRED: "gray", REVOKED: "red" } as const;

/** The keys that sign access tokens. */
export default function KeysScreen() {
  const query = useApi(KeysQuery, {});
  const keys = query.data?.data.signingKeys ?? [];
  return (
    <Screen title={texts.keys.title} name={texts.keys.title} operation={{ document: KeysQuery, variables: {} }}>
      <Text className="faint">{texts.keys.text}</Text>
      <Rotation active={keys.find(({ status }) => status === "ACTIVE")} />
      <State query={query}>
        {({ signingKeys }, answer) => (signingKeys ? <KeyTable keys={signingKeys} /> : <Card error={errorAt(answer, "signingKeys")} />)}
      </State>
    </Screen>
  );
}

/** The grace period, and the button that proposes a new key. */
function Rotation({ active }: { readonly active: Key | undefined }) {
  const [minutes, setMinutes] = useState("60");
  const may = useMay();
  const review = useReview();
  const grace = Number(minutes);
  const isValid = minutes.trim() !== "" && Number.isInteger(grace) && grace >= 0 && grace <= MOST_MINUTES;
  const obstacle = () => {
    if (!may("key:rotate")) return shell.lacks("key:rotate");
    return isValid ? null : texts.keys.range;
  };
  return (
    <Group align="end" gap="sm">
      <TextInput
        label={texts.keys.grace}
        inputMode="numeric"
        w={200}
        value={minutes}
        aria-invalid={!isValid}
        onChange={({ currentTarget }) => setMinutes(currentTarget.value)}
      />
      <ReasonedButton reason={obstacle()} onClick={() => review(rotation(active?.kid, grace))}>{texts.keys.rotateButton}</ReasonedButton>
      <Text className={isValid ? "faint" : "denied"} size="sm" role="status" mb={8}>{isValid ? texts.keys.graceHint : texts.keys.range}</Text>
    </Group>
  );
}

function KeyTable({ keys }: { readonly keys: readonly Key[] }) {
  const { columns } = texts.keys;
  return (
    <div className="table-scroll">
      <Table>
        <Table.Thead>
          <Table.Tr><Table.Th>{columns.kid}</Table.Th><Table.Th>{columns.status}</Table.Th><Table.Th>{columns.algorithm}</Table.Th><Table.Th>{columns.created}</Table.Th><Table.Th>{columns.retires}</Table.Th><Table.Th>{columns.actions}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>{keys.map((key) => <KeyRow key={key.id} signingKey={key} />)}</Table.Tbody>
      </Table>
    </div>
  );
}

function KeyRow({ signingKey: { id, kid, algorithm, status, createdAt, retiresAt } }: { readonly signingKey: Key }) {
  const review = useReview();
  // The rule of this mutation names a role, and the session's roles answer it.
  const isSuperadmin = useViewer().roles.includes("superadmin");
  const obstacle = () => {
    if (!isSuperadmin) return texts.keys.superadminOnly;
    return status === "REVOKED" ? texts.keys.isRevoked : null;
  };
  return (
    <Table.Tr>
      <Table.Td><code className="name">{kid}</code></Table.Td>
      <Table.Td><Badge variant="outline" color={COLORS[status]} tt="none" c="var(--mantine-color-text)">{texts.keys.statuses[status]}</Badge></Table.Td>
      <Table.Td>{algorithm}</Table.Td>
      <Table.Td className="nowrap"><When at={createdAt} /></Table.Td>
      <Table.Td className="nowrap">{retiresAt ? exactly(retiresAt) : <span className="faint">{texts.keys.notSet}</span>}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <ReasonedButton size="compact-sm" variant="default" reason={obstacle()} onClick={() => review(revocation(id, kid))}>{texts.keys.revoke}</ReasonedButton>
          <CopyButton label={texts.copyId} value={() => id} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
