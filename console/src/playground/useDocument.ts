import { pick, useGraphiQL } from "@graphiql/react";
import type { DocumentNode, GraphQLField } from "graphql";
import { OperationTypeNode } from "graphql";
import { useEffect, useState } from "react";
import { parsed } from "./coordinates";
import { toggle } from "./selection";

/** The document of the visible tab, and how to add a field to it or remove one. */
export function useDocument(): {
  /** Null when it cannot be parsed. */
  readonly document: DocumentNode | null;
  readonly isEmpty: boolean;
  readonly toggleField: (operation: OperationTypeNode, fields: readonly GraphQLField<unknown, unknown>[]) => void;
} {
  const { queryEditor } = useGraphiQL(pick("queryEditor"));
  const [text, setText] = useState(() => queryEditor?.getValue() ?? "");
  useEffect(() => {
    setText(queryEditor?.getValue() ?? "");
    const listener = queryEditor?.onDidChangeModelContent(() => setText(queryEditor.getValue()));
    return () => listener?.dispose();
  }, [queryEditor]);
  const document = parsed(text);
  const isEmpty = text.replaceAll(/^\s*#.*$/gm, "").trim() === "";
  return {
    document,
    isEmpty,
    toggleField(operation, fields) {
      if (document || isEmpty) queryEditor?.setValue(toggle(text, document, { operation, fields }));
    },
  };
}
