import { expect, test } from "@playwright/test";
import { cycleOf, draftedCycle, drawnLinks } from "../../src/console/screens/roles/inheritance";
import { juniorsOf, placed, seniorsOf, shownAround, treeRows } from "../../src/console/screens/roles/layout";

const roles = ["clerk", "accountant", "controller", "payer"].map((name) => ({ id: name, name }));
const links = [
  { senior: "accountant", junior: "clerk" },
  { senior: "controller", junior: "accountant" },
  { senior: "controller", junior: "payer" },
];

test("seniors stand above what they inherit from", () => {
  const places = new Map(placed({ roles, links }).map(({ id, y }) => [id, y]));
  for (const { senior, junior } of links) expect(places.get(senior)).toBeLessThan(places.get(junior) ?? 0);
});

test("what a role inherits from, and what inherits from it, is found through others", () => {
  expect([...juniorsOf(links, "controller")].sort()).toEqual(["accountant", "clerk", "payer"]);
  expect([...seniorsOf(links, "clerk")].sort()).toEqual(["accountant", "controller"]);
});

test("of a large hierarchy only what is around the focus is drawn", () => {
  expect(shownAround({ roles, links }, undefined, 4).roles).toHaveLength(4);
  expect(shownAround({ roles, links }, "payer", 3).roles.map(({ id }) => id)).toEqual(["controller", "payer"]);
});

test("the indented list says what is below a role once, however many paths lead to it", () => {
  const many = Array.from({ length: 40 }, (_, level) => [`a${level}`, `b${level}`]).flat().map((name) => ({ id: name, name }));
  const edges = Array.from({ length: 39 }, (_, level) =>
    ["a", "b"].flatMap((senior) => ["a", "b"].map((junior) => ({ senior: `${senior}${level}`, junior: `${junior}${level + 1}` }))),
  ).flat();
  const rows = treeRows({ roles: many, links: edges }, ["a0", "b0"]);
  expect(rows.length).toBe(2 + edges.length);
  expect(rows.filter(({ isRepeated }) => !isRepeated).length).toBeGreaterThanOrEqual(many.length);
  expect(treeRows({ roles, links }, ["controller"]).map(({ name, depth }) => `${depth} ${name}`)).toEqual(["0 controller", "1 accountant", "2 clerk", "1 payer"]);
});

const named = (name: string) => ({ id: name, name });
const inherit = (role: string, from: string) => ({ kind: "inherit" as const, role: named(role), from: named(from) });
const drawn = (changes: Parameters<typeof drawnLinks>[1]) =>
  drawnLinks({ roles, links }, changes).map(({ senior, junior, state }) => `${senior} ${junior} ${state}`);

test("links that the draft adds and removes are marked", () => {
  expect(drawn([inherit("payer", "clerk"), { kind: "disinherit", role: named("controller"), from: named("payer") }])).toEqual([
    "accountant clerk kept",
    "controller accountant kept",
    "controller payer removed",
    "payer clerk added",
  ]);
});

test("each link of a cycle that the draft would close is refused, and the cycle is named", () => {
  expect(drawn([inherit("clerk", "controller")])).toEqual([
    "accountant clerk refused",
    "controller accountant refused",
    "controller payer kept",
    "clerk controller refused",
  ]);
  expect(draftedCycle({ roles, links }, [inherit("clerk", "controller")])).toEqual(["clerk", "controller", "accountant", "clerk"]);
});

test("a cycle that the draft also cuts is none", () => {
  const changes = [inherit("clerk", "controller"), { kind: "disinherit" as const, role: named("accountant"), from: named("clerk") }];
  expect(draftedCycle({ roles, links }, changes)).toBeNull();
  expect(drawn(changes)).toContain("clerk controller added");
});

test("the shortest cycle through a link is found, and none where the way back is missing", () => {
  expect(cycleOf(links, { senior: "payer", junior: "clerk" })).toEqual([]);
  expect(cycleOf([...links, { senior: "controller", junior: "clerk" }], { senior: "clerk", junior: "controller" })).toHaveLength(2);
});
