// Replaces each text file of the build by its gzip form where that is smaller, so that the service can send it as it is.
// pako rather than node:zlib: the latter's output differs between processors and Node versions, and this is committed.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzip } from "pako";

const DIST = new URL("../dist/", import.meta.url).pathname;
const TEXT = new Set([".css", ".html", ".js", ".json", ".md", ".svg", ".ttf", ".woff"]);
const LARGEST = 1 << 20;

let total = 0;
for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const raw = readFileSync(path);
  const packed = TEXT.has(extname(path)) ? gzip(raw, { level: 9, header: { time: 0, os: 255 } }) : raw;
  const stored = packed.length < raw.length ? packed : raw;
  if (stored !== raw) {
    rmSync(path);
    writeFileSync(`${path}.gz`, stored);
  }
  if (stored.length > LARGEST) throw new Error(`${entry.name} is larger than 1 MiB: split it in vite.config.ts`);
  total += stored.length;
}
console.log(`dist: ${(total / 1e6).toFixed(2)} MB as stored`);
