import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { RoleLink } from "../../components/links";
import { texts } from "../../texts/roles";
import { type Hierarchy, juniorsOf, seniorsOf, treeRows } from "./layout";

const INDENTATION = 18;

interface Props {
  readonly hierarchy: Hierarchy;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

/** The hierarchy as an indented list: each role below those that inherit from it. */
export function RoleTree({ hierarchy, selected, onSelect }: Props) {
  const rows = useMemo(() => treeRows(hierarchy, selected ? [selected] : topOf(hierarchy)), [hierarchy, selected]);
  return (
    <section className="card role-tree" aria-label={texts.graph.list}>
      <ul className="plain-list">
        {rows.map(({ id, name, depth, isRepeated }, index) => (
          <li key={index} style={{ paddingInlineStart: depth * INDENTATION }}>
            <UnstyledButton onClick={() => onSelect(id === selected ? undefined : id)} aria-pressed={id === selected}>
              {name}
              <VisuallyHidden>{texts.graph.level(depth + 1)}</VisuallyHidden>
            </UnstyledButton>{" "}
            {isRepeated && <span className="faint">{texts.graph.repeated}</span>}
            {id === selected && <Selected id={id} hierarchy={hierarchy} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Selected({ id, hierarchy: { links } }: { readonly id: string; readonly hierarchy: Hierarchy }) {
  return (
    <>
      <span className="faint">{texts.graph.inherits(juniorsOf(links, id).size)}, {texts.graph.inheritedBy(seniorsOf(links, id).size)}</span>{" "}
      <RoleLink role={{ id, name: texts.graph.open }} />
    </>
  );
}

/** Roles that no other inherits from. */
function topOf({ roles, links }: Hierarchy): readonly string[] {
  const juniors = new Set(links.map(({ junior }) => junior));
  return roles.filter(({ id }) => !juniors.has(id)).map(({ id }) => id);
}
