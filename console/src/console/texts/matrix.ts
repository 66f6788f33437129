import { count } from "./shell";

interface Source {
  readonly role: { readonly name: string };
  readonly pattern: string | null;
}

const SOURCES_NAMED = 4;

/** Roles and patterns as words: `clerk, payer by invoice:*`. */
function sourcesOf(sources: readonly Source[]): string {
  const named = sources.slice(0, SOURCES_NAMED).map(({ role, pattern }) => (pattern === null ? role.name : `${role.name} by ${pattern}`));
  const more = sources.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** English texts of the permission matrix. */
export const texts = {
  label: "Permissions of roles",
  corner: "Permission",
  direction: "juniors → seniors",
  filterPermissions: "Filter permissions",
  filterRoles: "Filter roles",
  differ: "Only rows that differ",
  compare: "Compare",
  with: "with",
  compared: (rows: number) => (rows === 0 ? "These two roles hold the same permissions." : `${count(rows, "permission differs", "permissions differ")}.`),
  shown: (permissions: number, roles: number) => `${count(permissions, "permission", "permissions")}, ${count(roles, "role", "roles")}`,
  noRoles: "No role matches.",
  noRows: "No permission matches.",
  noDifference: "No row differs.",
  people: (members: number) => count(members, "person", "people"),
  inherits: (juniors: readonly string[]) => (juniors.length > 2 ? `inherits ${juniors.length} roles` : `inherits ${juniors.join(", ")}`),
  inheritsAll: (juniors: readonly string[]) => `inherits from ${juniors.join(", ")}`,
  isNew: "new in the draft",
  permissions: (permissions: number) => count(permissions, "permission", "permissions"),
  cell: (permission: string, role: string, state: string) => `${permission}, ${role}: ${state}`,
  states: {
    direct: () => "direct",
    redundant: (sources: readonly Source[]) => `direct, and redundant: also from ${sourcesOf(sources)}`,
    inherited: (sources: readonly Source[]) => `inherited from ${sourcesOf(sources)}`,
    pattern: (sources: readonly Source[]) => `by a pattern of ${sourcesOf(sources)}`,
    added: (sources: readonly Source[]) => (sources.length === 0 ? "added in the draft" : `added in the draft, also from ${sourcesOf(sources)}`),
    removed: (sources: readonly Source[]) => (sources.length === 0 ? "removed in the draft" : `removed in the draft, still from ${sourcesOf(sources)}`),
    addedAbove: (sources: readonly Source[]) => `with the draft, inherited from ${sourcesOf(sources)}`,
    removedAbove: (sources: readonly Source[]) => `with the draft, no longer from ${sourcesOf(sources)}`,
    empty: () => "not held",
  },
  locked: (state: string, reason: string) => `${state}. Locked: ${reason}`,
  locks: {
    grant: () => "you lack permission:grant.",
    role: (role: string) => `your authority does not cover changes of ${role}.`,
    permission: (_role: string, permission: string) => `you lack ${permission}.`,
    rule: (role: string) => `${role} is built in and holds every permission.`,
  },
  changed: (cells: number) => (cells === 0 ? "Nothing to change here" : `${count(cells, "cell", "cells")} changed in the draft`),
  legend: "Legend",
  signs: {
    direct: "direct",
    redundant: "direct and inherited",
    inherited: "inherited, hover or focus for its source",
    pattern: "by a pattern",
    added: "added in the draft",
    removed: "removed in the draft",
    addedAbove: "consequence for a senior",
    locked: "you cannot change it, hover or focus for the reason",
  },
  keys: "Arrow keys move, Space changes a cell, Shift with an arrow key or a click fills a range.",
} as const;
