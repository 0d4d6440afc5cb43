// `npm run check:imports`: no cycle of imports between files, and none between folders. Type imports count. Imports between a
// folder and one inside it do not: a folder may combine its sub-folders and have common files with them.
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

let faults = 0;
for (const [name, graph] of [
  ['files', imports],
  ['folders', folders],
])
  // prettier-ignore
  for (const cycle of cycles(graph)) {
    faults++;
    console.error(`Cycle of ${name}: ${cycle.map((n) => n.replaceAll('\\', '/')).join(' → ')}`);
    if (graph === folders) for (const line of witnesses(cycle)) console.error(`  ${line}`);
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

/** One import of a file for each step of a cycle of folders. */
function witnesses(cycle) {
  return cycle.slice(1).map((to, i) => {
    for (const [file, targets] of imports)
      if (path.dirname(file) === cycle[i])
        for (const target of targets) if (path.dirname(target) === to) return `${file} imports ${target}`;
    return '';
  });
}
