import { texts } from "../texts/shell";

/** A screen of the main navigation. */
export interface Entry {
  readonly to: string;
  readonly label: string;
  /** Permission that the screen requires; null when it is open to every user. */
  readonly requires: string | null;
}

interface Group {
  readonly heading: string | null;
  readonly entries: readonly Entry[];
}

const { navigation } = texts;

export const GROUPS: readonly Group[] = [
  { heading: null, entries: [{ to: "/", label: navigation.overview, requires: null }] },
  {
    heading: navigation.people,
    entries: [
      { to: "/users", label: navigation.users, requires: "user:read" },
      { to: "/sessions", label: navigation.sessions, requires: "session:read" },
    ],
  },
  {
    heading: navigation.access,
    entries: [
      { to: "/roles", label: navigation.roles, requires: "role:read" },
      { to: "/permissions", label: navigation.permissions, requires: "permission:read" },
      { to: "/sod", label: navigation.constraints, requires: "sod:read" },
    ],
  },
  { heading: navigation.answers, entries: [{ to: "/why", label: navigation.why, requires: "access:explain" }] },
  {
    heading: navigation.record,
    entries: [
      { to: "/audit", label: navigation.audit, requires: "audit:read" },
      { to: "/policy", label: navigation.policy, requires: "policy:read" },
      { to: "/keys", label: navigation.keys, requires: "key:read" },
    ],
  },
];
