import { buildClientSchema, getIntrospectionQuery, isSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql";
import type { SchemaState } from "./context";
import { send } from "./endpoint";

/**
 * Reads the schema without credentials. It is the same for every caller, so it is read once and not again after a login.
 */
export async function readSchema(): Promise<SchemaState> {
  try {
    const { response } = await send({ query: getIntrospectionQuery({ inputValueDeprecation: true }) }, new Headers(), "omit");
    return response.data ? buildClientSchema(response.data as unknown as IntrospectionQuery) : "off";
  } catch {
    return "failed";
  }
}

export function schemaOf(state: SchemaState): GraphQLSchema | null {
  return isSchema(state) ? state : null;
}
