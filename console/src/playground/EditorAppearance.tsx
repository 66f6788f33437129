import { pick, useGraphiQL, useMonaco } from "@graphiql/react";
import { useEffect } from "react";

interface Palette {
  readonly base: "vs" | "vs-dark";
  readonly background: string;
  readonly accent: string;
  readonly faint: string;
  /** Colours of tokens by their names in Monaco's grammars. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** In place of GraphiQL's two themes, by their names: some of their colours have too little contrast to be read. */
const PALETTES: Readonly<Record<string, Palette>> = {
  "graphiql-LIGHT": {
    base: "vs",
    background: "#ffffff",
    accent: "#0f766e",
    faint: "#526077",
    tokens: { "argument.identifier.gql": "#5250b8", comment: "#3f6212", number: "#076b46", "type.identifier": "#006666", annotation: "#5c5c5c" },
  },
  "graphiql-DARK": {
    base: "vs-dark",
    background: "#212a3b",
    accent: "#2dd4bf",
    faint: "#9aa8bd",
    tokens: { "argument.identifier.gql": "#b0abff", comment: "#9bc488", keyword: "#7cb8ea", annotation: "#cccccc" },
  },
};

/** Gives the editors colours of enough contrast, and wraps long lines, as GraphiQL does in responses. */
export function EditorAppearance() {
  const monaco = useMonaco((state) => state.monaco);
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor]) editor?.updateOptions({ wordWrap: "on" });
  }, [queryEditor, variableEditor]);
  useEffect(() => {
    for (const [name, { base, background, accent, faint, tokens }] of Object.entries(PALETTES)) {
      monaco?.editor.defineTheme(name, {
        base,
        inherit: true,
        rules: Object.entries(tokens).map(([token, foreground]) => ({ token, foreground })),
        colors: {
          "editor.background": "#ffffff00",
          "scrollbar.shadow": "#ffffff00",
          "editorLineNumber.foreground": faint,
          "editorLineNumber.dimmedForeground": faint,
          "editorWidget.background": background,
          "editorHoverWidget.background": background,
          "editorSuggestWidget.background": background,
          "editorSuggestWidget.selectedBackground": `${accent}33`,
          "list.hoverBackground": `${accent}19`,
          "textLink.foreground": accent,
          focusBorder: accent,
        },
      });
    }
  }, [monaco]);
  return null;
}
