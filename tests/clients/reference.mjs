// The verdict of graphql-js, the reference implementation, on documents for the published schema.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as graphql from "graphql";

const read = (path) => readFileSync(join(import.meta.dirname, "../..", path), "utf8");

/** Documents with the section of the specification that they break, if any, and values of variables. */
export const corpus = JSON.parse(read("tests/data/documents.json"));

const schema = graphql.buildSchema(read("schema.graphql"));

// What `schema.graphql` says of custom scalars in words.
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const scalars = {
  DateTime: (text) => RFC_3339.test(text) && !text.endsWith("-00:00") && !Number.isNaN(Date.parse(text)),
  PermissionName: (name) => /^[!#-)+-[\]-~]([ -~]*[!-~])?$/.test(name) && !/[*"\\]|  /.test(name) && name.length <= 255,
};
for (const [name, accepts] of Object.entries(scalars)) {
  const scalar = schema.getType(name);
  scalar.parseValue = (value) => {
    if (typeof value !== "string" || !accepts(value)) throw new graphql.GraphQLError(`not a ${name}`);
    return value;
  };
  scalar.parseLiteral = (node) => {
    if (node.kind !== graphql.Kind.STRING) throw new graphql.GraphQLError(`not a ${name}`);
    return scalar.parseValue(node.value);
  };
}

// Introspection of a later draft than September 2025.
for (const field of ["isDeprecated", "deprecationReason"]) delete graphql.__Directive.getFields()[field];
graphql.__Schema.getFields().directives.args = [];

/** The rules of each section. */
const RULES = {
  "5.1.1": ["ExecutableDefinitionsRule"],
  "5.2.2.1": ["UniqueOperationNamesRule"],
  "5.2.3.1": ["LoneAnonymousOperationRule"],
  "5.3.1": ["FieldsOnCorrectTypeRule"],
  "5.3.2": ["OverlappingFieldsCanBeMergedRule"],
  "5.3.3": ["ScalarLeafsRule"],
  "5.4.1": ["KnownArgumentNamesRule"],
  "5.4.2": ["UniqueArgumentNamesRule"],
  "5.4.3": ["ProvidedRequiredArgumentsRule"],
  "5.5.1.1": ["UniqueFragmentNamesRule"],
  "5.5.1.2": ["KnownTypeNamesRule"],
  "5.5.1.3": ["FragmentsOnCompositeTypesRule"],
  "5.5.1.4": ["NoUnusedFragmentsRule"],
  "5.5.2.1": ["KnownFragmentNamesRule"],
  "5.5.2.2": ["NoFragmentCyclesRule"],
  "5.5.2.3": ["PossibleFragmentSpreadsRule"],
  "5.6.1": ["ValuesOfCorrectTypeRule"],
  "5.6.2": ["ValuesOfCorrectTypeRule"],
  "5.6.3": ["UniqueInputFieldNamesRule"],
  "5.6.4": ["ValuesOfCorrectTypeRule"],
  "5.7.1": ["KnownDirectivesRule"],
  "5.7.2": ["KnownDirectivesRule"],
  "5.7.3": ["UniqueDirectivesPerLocationRule"],
  "5.8.1": ["UniqueVariableNamesRule"],
  "5.8.2": ["VariablesAreInputTypesRule"],
  "5.8.3": ["NoUndefinedVariablesRule"],
  "5.8.4": ["NoUnusedVariablesRule"],
  "5.8.5": ["VariablesInAllowedPositionRule"],
};

export const sections = Object.keys(RULES);

/** Which sections a document breaks: `[]` if it is valid, `["syntax"]`, sections of 5, or `["6.1.2"]` for its variables. */
export function broken(document, variables = {}) {
  let parsed;
  try {
    parsed = graphql.parse(document, { allowLegacyFragmentVariables: false });
  } catch {
    return ["syntax"];
  }
  const breaks = (section) => graphql.validate(schema, parsed, RULES[section].map((rule) => graphql[rule])).length > 0;
  if (graphql.validate(schema, parsed).length > 0) {
    const found = sections.filter(breaks);
    return found.length > 0 ? found : ["another rule"];
  }
  const operations = parsed.definitions.filter((definition) => definition.kind === graphql.Kind.OPERATION_DEFINITION);
  if (operations.length !== 1) return ["another rule"];
  const { errors } = graphql.getVariableValues(schema, operations[0].variableDefinitions ?? [], variables);
  return errors ? ["6.1.2"] : [];
}
