import type { CodegenConfig } from "@graphql-codegen/cli";

/** Typed documents of the console, from the committed schema. The output is not committed: each build makes it. */
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/console/**/*.{ts,tsx}"],
  ignoreNoDocuments: true,
  generates: {
    "src/console/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        scalars: { DateTime: "string", JSON: "unknown", PermissionName: "string" },
        strictScalars: true,
      },
    },
  },
};

export default config;
