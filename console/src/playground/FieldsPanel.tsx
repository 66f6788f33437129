import { type DocumentNode, getNamedType, type GraphQLField, isLeafType, OperationTypeNode } from "graphql";
import { useState } from "react";
import { useShared } from "./context";
import { fieldsOf } from "./coordinates";
import { schemaOf } from "./schema";
import { isSelected } from "./selection";
import { useStore } from "./store";
import { texts } from "./texts";
import { useDocument } from "./useDocument";

type Fields = readonly GraphQLField<unknown, unknown>[];
type Toggle = (operation: OperationTypeNode, fields: Fields) => void;

/** The schema as a tree of fields to add to the document. */
export function FieldsPanel() {
  const schema = schemaOf(useStore(useShared().schema));
  const { document, isEmpty, toggleField } = useDocument();
  const [filter, setFilter] = useState("");
  const roots = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION];
  return (
    <div className="panel">
      <h2>{texts.fields.title}</h2>
      {!schema && <p>{texts.fields.noSchema}</p>}
      {!document && !isEmpty && <p role="status">{texts.fields.unparsed}</p>}
      <input type="search" aria-label={texts.fields.filter} placeholder={texts.fields.filter} value={filter} onChange={(event) => setFilter(event.target.value)} />
      {roots.map((operation) => (
        <section key={operation} aria-label={operation}>
          <h3>{operation}</h3>
          <ul className="fields">
            {Object.values(fieldsOf(schema?.getRootType(operation)))
              .filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()))
              .map((field) => (
                <FieldItem key={field.name} operation={operation} path={[field]} document={document} onToggle={toggleField} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface FieldItemProps {
  readonly operation: OperationTypeNode;
  readonly path: Fields;
  readonly document: DocumentNode | null;
  readonly onToggle: Toggle;
}

/** A field with its box. The fields of its type are listed once it is selected. */
function FieldItem({ operation, path, document, onToggle }: FieldItemProps) {
  const field = path.at(-1);
  if (!field) return null;
  const type = getNamedType(field.type);
  const isOn = isSelected(document, { operation, fields: path });
  const inner = isOn && !isLeafType(type) ? Object.values(fieldsOf(type)) : [];
  return (
    <li>
      <label>
        <input type="checkbox" checked={isOn} onChange={() => onToggle(operation, path)} /> {field.name}
        <span className="faint"> {String(field.type)}</span>
      </label>
      {inner.length > 0 && (
        <ul className="fields">
          {inner.map((next) => (
            <FieldItem key={next.name} operation={operation} path={[...path, next]} document={document} onToggle={onToggle} />
          ))}
        </ul>
      )}
    </li>
  );
}
