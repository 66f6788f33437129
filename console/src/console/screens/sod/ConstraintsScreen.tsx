import { Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useApi } from "../../api/hooks";
import { ReasonedButton } from "../../components/ReasonedButton";
import { Screen } from "../../components/Screen";
import { FieldState } from "../../components/State";
import { useLack } from "../../session/context";
import { texts } from "../../texts/constraints";
import { ConstraintForm } from "./ConstraintForm";
import { ConstraintsQuery } from "./documents";

/** All separation-of-duty constraints, and the form for a new one. */
export default function ConstraintsScreen() {
  const lack = useLack();
  const [isCreating, form] = useDisclosure(false);
  const query = useApi(ConstraintsQuery, {});
  const create = (
    <ReasonedButton reason={lack("sod:write")} onClick={form.toggle} aria-expanded={isCreating}>
      {texts.create}
    </ReasonedButton>
  );
  return (
    <Screen title={texts.title} name={texts.title} actions={create} operation={{ document: ConstraintsQuery, variables: {} }}>
      {isCreating && <ConstraintForm onDone={form.close} />}
      <FieldState query={query} path="sodConstraints" field={({ sodConstraints }) => sodConstraints}>
        {(sodConstraints) => {
          if (sodConstraints.length === 0) return <Text className="faint">{texts.empty}</Text>;
          return (
            <div className="table-scroll">
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{texts.name}</Table.Th>
                    <Table.Th>{texts.kind}</Table.Th>
                    <Table.Th>{texts.limit}</Table.Th>
                    <Table.Th>{texts.members}</Table.Th>
                    <Table.Th>{texts.bypassed}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {sodConstraints.map(({ id, name, kind, limit, roles, permissions, bypassedByCount }) => (
                    <Table.Tr key={id}>
                      <Table.Td><Link to="/sod/$id" params={{ id }} className="link">{name}</Link></Table.Td>
                      <Table.Td>{texts.kinds[kind]}</Table.Td>
                      <Table.Td>{limit}</Table.Td>
                      <Table.Td>{[...roles, ...permissions].map(({ name }) => name).join(", ")}</Table.Td>
                      <Table.Td className={bypassedByCount ? "warning" : "faint"}>{bypassedByCount ?? "–"}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          );
        }}
      </FieldState>
    </Screen>
  );
}
