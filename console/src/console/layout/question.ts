import type { texts } from "../texts/shell";

/** One result of the palette. */
export interface Hit {
  readonly key: string;
  readonly kind: keyof typeof texts.palette.kinds;
  readonly label: string;
  readonly note: string | null;
  readonly to: string;
  readonly search: Readonly<Record<string, string | undefined>>;
}

/** Reads `can ben invoice:approve`, with or without the first word and a question mark; null when it is no question. */
export function questionOf(text: string): { readonly user: string; readonly permission: string } | null {
  const [, user, permission] = /^(?:can|may)?\s*(\S+)\s+(?:do\s+)?([^\s:]+:[^\s?]+)\s*\??$/i.exec(text.trim()) ?? [];
  return user && permission ? { user, permission } : null;
}
