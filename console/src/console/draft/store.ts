import { useSyncExternalStore } from "react";
import { useViewer } from "../session/context";
import { type Change, isCreated, type Named, withChange, withoutChange } from "./changes";

/** Changes that are not saved yet. They outlive a reload and the session, and belong to one user of this browser. */
export interface Draft {
  readonly changes: readonly Change[];
  /** Versions of the roles when their first change was drafted, by id: a newer one at the time of Save is a conflict. */
  readonly bases: Readonly<Record<string, number>>;
}

const EMPTY: Draft = { changes: [], bases: {} };
const listeners = new Set<() => void>();
const cache = new Map<string, { readonly text: string | null; readonly draft: Draft }>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

function read(userId: string): Draft {
  const text = localStorage.getItem(keyOf(userId));
  const cached = cache.get(userId);
  if (cached?.text === text) return cached.draft;
  const draft = text === null ? EMPTY : parse(text);
  cache.set(userId, { text, draft });
  return draft;
}

function parse(text: string): Draft {
  try {
    const { changes, bases } = JSON.parse(text) as Draft;
    return Array.isArray(changes) ? { changes, bases: bases ?? {} } : EMPTY;
  } catch {
    return EMPTY;
  }
}

function write(userId: string, draft: Draft): void {
  if (draft.changes.length === 0) localStorage.removeItem(keyOf(userId));
  else localStorage.setItem(keyOf(userId), JSON.stringify(draft));
  for (const listener of listeners) listener();
}

function keyOf(userId: string): string {
  return `keyward.draft.${userId}`;
}

/** A role with its version as it is on the screen. */
export interface Base {
  readonly role: Named;
  readonly version: number;
}

/** A change with the role that it is based on. */
export interface Addition {
  readonly change: Change;
  readonly base?: Base | undefined;
}

export interface DraftActions {
  readonly draft: Draft;
  readonly add: (change: Change, base?: Base) => void;
  /** Adds several changes at once. */
  readonly addAll: (additions: readonly Addition[]) => void;
  readonly remove: (change: Change) => void;
  /** Replaces all changes. */
  readonly replace: (changes: readonly Change[]) => void;
  /** Takes the current versions of roles as those that the draft is based on. */
  readonly rebase: (bases: Readonly<Record<string, number>>) => void;
  readonly discard: () => void;
}

function withAddition({ changes, bases }: Draft, { change, base }: Addition): Draft {
  const based = base && !isCreated(base.role) ? { [base.role.id]: base.version, ...bases } : bases;
  return { changes: withChange(changes, change), bases: based };
}

/** The draft of the signed-in user. */
export function useDraft(): DraftActions {
  const { user } = useViewer();
  const draft = useSyncExternalStore(subscribe, () => read(user.id));
  return {
    draft,
    add: (change, base) => write(user.id, withAddition(read(user.id), { change, base })),
    addAll: (additions) => write(user.id, additions.reduce(withAddition, read(user.id))),
    remove: (change) => write(user.id, { ...read(user.id), changes: withoutChange(read(user.id).changes, change) }),
    replace: (changes) => write(user.id, { changes, bases: {} }),
    rebase: (bases) => write(user.id, { ...read(user.id), bases: { ...read(user.id).bases, ...bases } }),
    discard: () => write(user.id, EMPTY),
  };
}
