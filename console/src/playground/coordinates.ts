import {
  type DocumentNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from "graphql";
import type { GraphqlRequest } from "./endpoint";

export interface SchemaField {
  readonly type: GraphQLNamedType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** The field of a coordinate such as `Query.users`. */
export function fieldAt(schema: GraphQLSchema, coordinate: string): SchemaField | null {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const type = schema.getType(typeName);
  const field = fieldsOf(type)[fieldName];
  return type && field ? { type, field } : null;
}

/** The coordinate of the field at a path of the response; null when it cannot be told. */
export function coordinateAt(schema: GraphQLSchema, request: GraphqlRequest, path: readonly (string | number)[]): string | null {
  const document = parsed(request.query);
  const operation = document?.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && (!request.operationName || definition.name?.value === request.operationName),
  );
  if (!document || operation?.kind !== Kind.OPERATION_DEFINITION) return null;
  let type: GraphQLNamedType | undefined | null = schema.getRootType(operation.operation);
  let selections = operation.selectionSet.selections;
  let coordinate: string | null = null;
  for (const key of path.filter((part) => typeof part === "string")) {
    const found = find(document, schema, selections, type, key);
    if (!found) return null;
    coordinate = found.coordinate;
    ({ type, selections } = found);
  }
  return coordinate;
}

interface Found {
  readonly coordinate: string;
  readonly type: GraphQLNamedType;
  readonly selections: readonly SelectionNode[];
}

/** The selection with a response key, fragments included. */
function find(
  document: DocumentNode,
  schema: GraphQLSchema,
  selections: readonly SelectionNode[],
  type: GraphQLNamedType | undefined | null,
  key: string,
): Found | null {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const field = fieldsOf(type)[selection.name.value];
      if ((selection.alias ?? selection.name).value !== key || !field || !type) continue;
      return {
        coordinate: `${type.name}.${field.name}`,
        type: getNamedType(field.type),
        selections: selection.selectionSet?.selections ?? [],
      };
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(document, selection.name.value);
    const condition = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
    const found = fragment && find(document, schema, fragment.selectionSet.selections, condition, key);
    if (found) return found;
  }
  return null;
}

function fragmentNamed(document: DocumentNode, name: string) {
  return document.definitions.find((definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) as
    | Extract<DocumentNode["definitions"][number], { kind: Kind.FRAGMENT_DEFINITION }>
    | undefined;
}

/** The fields of a type; none for one without fields. */
export function fieldsOf(type: GraphQLNamedType | undefined | null): Readonly<Record<string, GraphQLField<unknown, unknown>>> {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

export function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}
