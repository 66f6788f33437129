import type { GraphiQLPlugin } from "@graphiql/react";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { FieldsPanel } from "./FieldsPanel";
import { GuardsPanel } from "./GuardsPanel";
import { texts } from "./texts";

/** The panels beside the editor, after the docs. */
export const PLUGINS: GraphiQLPlugin[] = [
  {
    title: texts.fields.title,
    content: FieldsPanel,
    icon: () => (
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M4 5h8M8 5v14h4M8 12h4M15 12h5M15 19h5" />
      </svg>
    ),
  },
  {
    title: texts.guards.title,
    content: GuardsPanel,
    icon: () => (
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4" />
      </svg>
    ),
  },
  HISTORY_PLUGIN,
];
