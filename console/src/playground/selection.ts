import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  isLeafType,
  isRequiredArgument,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { fieldsOf } from "./coordinates";

/** A field below an operation: the fields from the root to it. */
export interface FieldPath {
  readonly operation: OperationTypeNode;
  readonly fields: readonly GraphQLField<unknown, unknown>[];
}

/** Whether the first operation of the path's kind selects the field. */
export function isSelected(document: DocumentNode | null, path: FieldPath): boolean {
  let set: SelectionSetNode | undefined = operationOf(document, path.operation)?.selectionSet;
  for (const { name } of path.fields) {
    const field = set && fieldNamed(set, name);
    if (!field) return false;
    set = field.selectionSet;
  }
  return true;
}

/** The text with the field added to, or removed from, the first operation of its kind. Comments at the top stay. */
export function toggle(text: string, document: DocumentNode | null, path: FieldPath): string {
  const operation = operationOf(document, path.operation);
  const changed = isSelected(document, path)
    ? operation && removed(operation, path)
    : added(operation ?? emptyOperation(path.operation), path);
  const definitions = (document?.definitions ?? []).flatMap((it) => (it !== operation ? [it] : changed ? [changed] : []));
  if (!operation && changed) definitions.push(changed);
  const top = /^(?:\s*#.*\n)*/.exec(text)?.[0] ?? "";
  return definitions.length > 0 ? `${top}${print({ kind: Kind.DOCUMENT, definitions })}\n` : top;
}

function operationOf(document: DocumentNode | null, kind: OperationTypeNode): OperationDefinitionNode | undefined {
  return document?.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION && definition.operation === kind,
  );
}

function emptyOperation(operation: OperationTypeNode): OperationDefinitionNode {
  return { kind: Kind.OPERATION_DEFINITION, operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [] } };
}

function added(operation: OperationDefinitionNode, { fields }: FieldPath): OperationDefinitionNode {
  const known = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  const needed = fields.flatMap(({ args }) => args.filter(isRequiredArgument)).filter(({ name }) => !known.has(name));
  const definitions = needed.map(({ name, type }) => parse(`query ($${name}: ${String(type)}) { x }`).definitions[0]);
  return {
    ...operation,
    variableDefinitions: [
      ...(operation.variableDefinitions ?? []),
      ...definitions.flatMap((it) => (it?.kind === Kind.OPERATION_DEFINITION ? (it.variableDefinitions ?? []) : [])),
    ],
    selectionSet: withField(operation.selectionSet, fields),
  };
}

function withField(set: SelectionSetNode | undefined, fields: FieldPath["fields"]): SelectionSetNode {
  const selections = set?.selections ?? [];
  const [field, ...rest] = fields;
  if (!field) return { kind: Kind.SELECTION_SET, selections };
  const present = set && fieldNamed(set, field.name);
  const node = present ?? fieldNode(field);
  const inner = rest.length > 0 ? { ...node, selectionSet: withField(present ? node.selectionSet : undefined, rest) } : node;
  return { kind: Kind.SELECTION_SET, selections: present ? selections.map((it) => (it === present ? inner : it)) : [...selections, inner] };
}

/** A field with variables for its required arguments, and with one field of its own where it needs a selection. */
function fieldNode({ name, args, type }: GraphQLField<unknown, unknown>): FieldNode {
  const values = args.filter(isRequiredArgument).map((argument) => `${argument.name}: $${argument.name}`);
  const selection = isLeafType(getNamedType(type)) ? "" : `{ ${firstLeaf(getNamedType(type))} }`;
  const [definition] = parse(`{ ${name}${values.length > 0 ? `(${values.join(", ")})` : ""} ${selection} }`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error("not an operation");
  return definition.selectionSet.selections[0] as FieldNode;
}

function firstLeaf(type: GraphQLNamedType): string {
  const leaf = Object.values(fieldsOf(type)).find((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0);
  return leaf?.name ?? "__typename";
}

function removed(operation: OperationDefinitionNode, { fields }: FieldPath): OperationDefinitionNode | undefined {
  const set = withoutField(operation.selectionSet, fields);
  if (!set) return undefined;
  const used = print(set);
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    new RegExp(`\\$${variable.name.value}\\b`).test(used),
  );
  return { ...operation, variableDefinitions, selectionSet: set };
}

/** The selection without the field, and without the fields around it that would select nothing. */
function withoutField(set: SelectionSetNode, [field, ...rest]: FieldPath["fields"]): SelectionSetNode | undefined {
  const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind !== Kind.FIELD || selection.name.value !== field?.name) return [selection];
    const inner = rest.length > 0 && selection.selectionSet ? withoutField(selection.selectionSet, rest) : undefined;
    return inner ? [{ ...selection, selectionSet: inner }] : [];
  });
  return selections.length > 0 ? { kind: Kind.SELECTION_SET, selections } : undefined;
}

function fieldNamed(set: SelectionSetNode, name: string): FieldNode | undefined {
  return set.selections.find((it): it is FieldNode => it.kind === Kind.FIELD && it.name.value === name);
}
