// Checks the built app against its budgets, in KB (1,000 bytes) after gzip.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_MAX = 170;
const LAZY_MAX = 120;
const CSS_MAX = 25;

const dist = new URL("../dist/", import.meta.url);
const assets = new URL("assets/", dist);
const read = (name) => readFileSync(new URL(name, assets));
const size = (name) => gzipSync(read(name), { level: 9 }).length / 1000;

/** Collects a script and everything that it imports statically. */
function reach(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = read(name).toString("utf8");
  for (const [, next] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) reach(next, seen);
  return seen;
}

const index = readFileSync(new URL("index.html", dist), "utf8");
const first = new Set();
for (const [, name] of index.matchAll(/assets\/([^"']+\.js)/g)) reach(name, first);

const names = readdirSync(assets);
const lazy = names.filter((name) => name.endsWith(".js") && !first.has(name));
const rows = [
  ["first load", [...first].reduce((sum, name) => sum + size(name), 0), FIRST_LOAD_MAX],
  ...lazy.map((name) => [`lazy ${name}`, size(name), LAZY_MAX]),
  ["styles", names.filter((name) => name.endsWith(".css")).reduce((sum, name) => sum + size(name), 0), CSS_MAX],
];
for (const [what, kb, most] of rows) {
  console.log(`${kb.toFixed(1).padStart(7)} KB of ${most}  ${what}`);
  if (kb > most) {
    console.error(`${what} is over its budget: find out what came along and load it lazily`);
    process.exitCode = 1;
  }
}
