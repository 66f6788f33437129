// Fails when a page of the console is larger than its budget. What counts are the bytes that a browser must load, as gzip.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzip } from "pako";

const DIST = new URL("../dist/console/", import.meta.url).pathname;
const MANIFEST = join(DIST, ".vite/manifest.json");
const KB = 1000;
/** Budgets in kB: scripts until something is painted, scripts of any screen, of the graph on top of its screen, all styles. */
const BUDGETS = { firstPaint: 150, screen: 270, graph: 85, styles: 30 };
const FRAME = "layout/Frame.tsx";
const GRAPH = "screens/roles/RoleGraph.tsx";

const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
const sizes = new Map();

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzip(readFileSync(join(DIST, file)), { level: 9 }).length);
  return sizes.get(file);
}

/** A chunk with all that it imports statically. */
function closure(keys) {
  const all = new Set(keys);
  for (const key of all) for (const imported of manifest[key]?.imports ?? []) all.add(imported);
  return all;
}

const scripts = (keys) => [...keys].reduce((sum, key) => sum + sizeOf(manifest[key].file), 0);
const styles = (keys) => new Set([...keys].flatMap((key) => manifest[key].css ?? []));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const screens = Object.keys(manifest).filter((key) => /^screens\/.*Screen\.tsx$/.test(key));
const first = closure([entry]);
const checks = [{ name: "first paint", size: scripts(first), budget: BUDGETS.firstPaint }];
for (const screen of screens) {
  checks.push({ name: screen, size: scripts(closure([entry, FRAME, screen])), budget: BUDGETS.screen });
}
if (manifest[GRAPH]) {
  const before = closure([entry, FRAME, "screens/roles/RolesScreen.tsx"]);
  const added = [...closure([GRAPH])].filter((key) => !before.has(key));
  checks.push({ name: "graph", size: scripts(added), budget: BUDGETS.graph });
}
const allStyles = [...styles(Object.keys(manifest))];
checks.push({ name: "styles", size: allStyles.reduce((sum, file) => sum + sizeOf(file), 0), budget: BUDGETS.styles });

let failed = false;
for (const { name, size, budget } of checks) {
  const isOver = size > budget * KB;
  failed ||= isOver;
  console.log(`${isOver ? "OVER " : "     "}${(size / KB).toFixed(1).padStart(6)} of ${budget} kB  ${name}`);
}
rmSync(join(DIST, ".vite"), { recursive: true });
if (failed) process.exit(1);
