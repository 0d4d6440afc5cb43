// `npm run bench`: a whole estimate (file to answer, nothing cached) beside plain onnxruntime run() of the same graphs
// on the same inputs, in turn by blocks. Each runs in a separate process, as in use, so that memory and threads of one do not affect the other.
// All are wall times, including garbage collection of the runtime's buffers.
import { fork, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchOpen } from './benchOpen';
import { benchReport } from './benchReport';
import { benchMillion } from './benchMillion';
import { benchScale } from './benchScale';
import { benchShards } from './benchShards';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { createMaskRcnn } from '../server/src/engine/detector/maskRcnn';
import { loadGraphs, type InputData } from '../server/src/engine/detector/session';
import { createEngine } from '../server/src/engine/engine';
import { decodeImage } from '../server/src/engine/image/openImage';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { readModelPackage } from '../server/src/engine/models/modelPackage';
import { isOnnxManifest } from '../server/src/engine/models/modelSchema';
import { embeddedModel } from '../server/src/engine/models/modelStore';

const side = 700;
const perBlock = 5;
const blocksPerPair = 2;
/** Roles that are compared with `plain`: the graphs alone in one process, with the threads of a detection. */
const roles = {
  whole: 'whole estimate, file to answer',
  audit: 'audit, from result to result',
  shared: 'onnxruntime run(), outputs in shared memory as in a detection',
  unset: 'onnxruntime run(), threads as it chooses',
} as const;
type Compared = keyof typeof roles;
type Role = Compared | 'plain';

function modelFolder(): string {
  const source = path.join(__dirname, '../../models/cavity-compact');
  return fs.existsSync(source) ? source : embeddedModel();
}

/** The graphs alone, with the inputs of a detection, to be run repeatedly. */
async function bareRuntime(file: string, role: Exclude<Role, 'whole' | 'audit'>): Promise<() => Promise<void>> {
  const threads = role === 'unset' ? 0 : undefined;
  const dir = modelFolder();
  const read = await readModelPackage(dir);
  if (!read.ok || isOnnxManifest(read.model.manifest)) throw new Error('The benchmark requires a two-stage model.');
  const decoded = await decodeImage(fs.readFileSync(file));
  if (decoded.kind !== 'image') throw new Error(decoded.reason);
  const { files } = read.model.manifest;
  const detector = await createMaskRcnn(read.model, 'cpu', threads);
  const runs: { graph: number; feeds: Record<string, InputData> }[] = [];
  await detector.detect(decoded.image, undefined, {
    runtimeMs: 0,
    // The pyramids are written over by the next detection.
    ran: (graph, inputs) => runs.push({ graph, feeds: structuredClone(inputs) }),
  });
  await detector.dispose();
  const graphs = [files.backbone, files.boxHead, files.maskHead!].map((f) => path.join(dir, f.file));
  const { sessions } = await loadGraphs(graphs, 'cpu', threads);
  return async () => {
    for (const [slot, { graph, feeds }] of runs.entries())
      await sessions[graph]!.run(feeds, role === 'shared' && graph === 0 ? slot : undefined);
  };
}

async function work(role: Exclude<Role, 'audit'>, file: string): Promise<() => Promise<unknown>> {
  if (role !== 'whole') return bareRuntime(file, role);
  const engine = await createEngine({ modelPath: modelFolder(), device: 'cpu' });
  return () => engine.estimateImage(file);
}

/** Times per image of audits as on the command line: several networks, and the next images are read meanwhile. */
async function auditTimes(): Promise<(file: string) => Promise<number[]>> {
  const engine = await createEngine({ modelPath: modelFolder(), device: 'cpu', networks: 'auto' });
  return async (file) => {
    const ends: number[] = [];
    // The results of the first images include the start of a full pipeline, those of the last its end.
    const files = new Array<string>(3 * perBlock).fill(file);
    for await (const event of engine.auditDataset(files, { force: true }))
      if (event.kind === 'image') ends.push(performance.now());
    return [(ends.at(-1 - perBlock)! - ends[perBlock - 1]!) / (ends.length - 2 * perBlock)];
  };
}

async function auditChild(file: string): Promise<void> {
  const block = await auditTimes();
  await block(file);
  process.on('message', () => void block(file).then((times) => process.send!(times)));
  process.send!([]);
}

/** A child: loads, warms up, then times a block for each message. */
async function child(role: Role, file: string): Promise<void> {
  if (role === 'audit') return auditChild(file);
  const once = await work(role, file);
  // V8 compiles functions that run once per detection only after about fifteen of them.
  for (let i = 0; i < 20; i++) await once();
  process.on('message', () => {
    void (async () => {
      const times: number[] = [];
      for (let i = 0; i <= perBlock; i++) {
        const began = performance.now();
        await once();
        if (i > 0) times.push(performance.now() - began); // the first run has cold caches
      }
      process.send!(times);
    })();
  });
  process.send!([]);
}

const answer = (process: ChildProcess) =>
  new Promise<number[]>((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A process of the bench ended with ${code}.`));
    process.once('exit', ended);
    process.once('message', (times) => {
      process.removeListener('exit', ended);
      resolve(times as number[]);
    });
  });

interface Comparison {
  /** Median times in ms. */
  readonly ms: number;
  readonly alone: number;
  /** Geometric mean over pairs of processes, and the standard error of its logarithm. */
  readonly ratio: number;
  readonly error: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

interface Blocks {
  readonly own: number[][];
  readonly plain: number[][];
}

/**
 * Two processes with these roles in turn by blocks; no other process of the bench runs meanwhile.
 * @param plainFirst which of them is started first: it is about a tenth slower than the other, for as long as it runs
 * @returns times in ms by block
 */
async function pair(role: Compared, file: string, plainFirst: boolean): Promise<Blocks> {
  const times: Blocks = { own: [], plain: [] };
  const children: [number[][], ChildProcess][] = [];
  const both: [Role, number[][]][] = [
    [role, times.own],
    ['plain', times.plain],
  ];
  for (const [name, list] of plainFirst ? both.reverse() : both) {
    const process = fork(__filename, [name, file]);
    children.push([list, process]);
    await answer(process);
  }
  for (let block = 0; block < blocksPerPair; block++)
    for (const [list, process] of block % 2 ? children.toReversed() : children) {
      process.send('block');
      list.push(await answer(process));
    }
  for (const [, process] of children) process.kill();
  return times;
}

async function compare(role: Compared, file: string, pairs: number): Promise<Comparison> {
  const all: Blocks[] = [];
  for (let i = 0; i < pairs; i++) all.push(await pair(role, file, i % 2 === 1));
  // Successive blocks, because the machine's speed changes within seconds.
  const logs = all.map(({ own, plain }) => mean(own.map((block, i) => Math.log(median(block) / median(plain[i]!)))));
  const middle = mean(logs);
  return {
    ms: median(all.flatMap(({ own }) => own.flat())),
    alone: median(all.flatMap(({ plain }) => plain.flat())),
    ratio: Math.exp(middle),
    error: Math.sqrt(mean(logs.map((v) => (v - middle) ** 2)) / Math.max(1, logs.length - 1)),
  };
}

/** @param pairs of processes for the whole estimate; the other comparisons take two */
async function main(pairs: number): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-bench-'));
  console.log(
    'Median times beside onnxruntime run() of the same graphs in another process in turn; ratios of successive blocks with their standard error.',
  );
  // Few and many cavities: the time of heads and masks depends on their number.
  for (const [domain, seed] of [
    ['underfocus-round', 2],
    ['dense-overlap', 107],
  ] as const) {
    const m = renderMicrograph({ domain, seed, width: side, height: side });
    const file = path.join(folder, `${domain}.png`);
    fs.writeFileSync(file, await encodeGrayPng(m.data, side, side));
    console.log(`${side}x${side}, ${domain}, ${m.cavities.length} cavities, ${os.cpus().length} cores`);
    for (const [role, text] of Object.entries(roles) as [Compared, string][]) {
      const { ms, alone, ratio, error } = await compare(role, file, role === 'whole' ? pairs : 2);
      console.log(
        `${text.padEnd(62)} ${ms.toFixed(0)} ms, alone ${alone.toFixed(0)} ms, ratio ${ratio.toFixed(2)} ± ${error.toFixed(2)}`,
      );
    }
  }
  fs.rmSync(folder, { recursive: true, force: true });
}

const [first = '6', file] = process.argv.slice(2);
if (first === 'scale') void benchScale(process.argv.slice(3));
else if (first === 'million') void benchMillion(process.argv.slice(3));
else if (first === 'preview') void benchOpen(process.argv.slice(3));
else if (first === 'report') void benchReport(process.argv.slice(3));
else if (first === 'shards') void benchShards(process.argv.slice(3));
else void (file ? child(first as Role, file) : main(Number(first)));
