// `npm run check:imports`: no cycle of imports between files, between folders, or between the entries of one folder, where a
// sub-folder counts as one entry. Type imports count.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const roots = ['server/src', 'client/src', 'media'];

/** File → the files of the project that it imports. */
const imports = new Map();
for (const root of roots)
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name.endsWith('.ts')) {
      const file = path.join(entry.parentPath, entry.name);
      imports.set(file, new Set(importsOf(file)));
    }

/** Folder → the folders that its files import. */
const folders = new Map();
for (const [file, targets] of imports) {
  const folder = path.dirname(file);
  if (!folders.has(folder)) folders.set(folder, new Set());
  for (const target of targets)
    if (!nested(folder, path.dirname(target))) folders.get(folder).add(path.dirname(target));
}

/** Entry of a folder (a file or a sub-folder) → the other entries of the same folder that it imports. */
const entries = new Map();
for (const [file, targets] of imports)
  for (const target of targets) {
    const [own, other] = [file.split(path.sep), target.split(path.sep)];
    const common = own.findIndex((part, i) => part !== other[i]);
    const [from, to] = [own, other].map((parts) => parts.slice(0, common + 1).join(path.sep));
    if (!entries.has(from)) entries.set(from, new Set());
    entries.get(from).add(to);
  }

let faults = 0;
for (const [name, graph] of [
  ['files', imports],
  ['folders', folders],
  ['entries of a folder', entries],
])
  // prettier-ignore
  for (const cycle of cycles(graph)) {
    faults++;
    console.error(`Cycle of ${name}: ${cycle.map((n) => n.replaceAll('\\', '/')).join(' → ')}`);
    if (graph !== imports) for (const line of witnesses(cycle, graph === folders)) console.error(`  ${line}`);
  }
if (faults === 0) console.log(`${imports.size} files in ${folders.size} folders, no import cycles`);
process.exitCode = faults > 0 ? 1 : 0;

function nested(a, b) {
  return `${a}${path.sep}`.startsWith(`${b}${path.sep}`) || `${b}${path.sep}`.startsWith(`${a}${path.sep}`);
}

function importsOf(file) {
  return ts
    .preProcessFile(fs.readFileSync(file, 'utf8'))
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.join(path.dirname(file), `${name}.ts`))
    .filter((target) => fs.existsSync(target));
}

/** One cycle of each strongly connected component: a shortest one through its first node. */
function cycles(graph) {
  const found = [];
  const covered = new Set();
  for (const start of graph.keys()) {
    if (covered.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (!cycle) continue;
    found.push(cycle);
    for (const node of cycle) covered.add(node);
  }
  return found;
}

/** Breadth-first search from `start` back to `start`; null without a way. */
function shortestCycle(graph, start) {
  const from = new Map();
  const queue = [start];
  for (const node of queue)
    for (const next of graph.get(node) ?? []) {
      if (next === start) {
        const cycle = [start];
        for (let n = node; n !== start; n = from.get(n)) cycle.unshift(n);
        return [start, ...cycle];
      }
      if (from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  return null;
}

/** One import of a file for each step of a cycle of folders, or of entries with everything in them. */
function witnesses(cycle, direct) {
  const within = (file, place) =>
    direct ? path.dirname(file) === place : file === place || file.startsWith(place + path.sep);
  return cycle.slice(1).map((to, i) => {
    for (const [file, targets] of imports)
      if (within(file, cycle[i]))
        for (const target of targets) if (within(target, to)) return `${file} imports ${target}`;
    return '';
  });
}
