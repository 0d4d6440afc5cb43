// `npm run bench`: a whole estimate (file to answer, nothing cached) beside plain onnxruntime run() of the same three graphs
// on the same inputs, in turn by blocks. Both are wall times, with whatever the runtime's buffers cost the garbage collector.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { selectDetections } from '../server/src/core/detection/postprocess';
import { assignLevels, findProposals } from '../server/src/core/detection/proposals';
import { detectorInput } from '../server/src/core/image/detectorInput';
import type { Raster } from '../server/src/core/image/raster';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { loadGraphs, type InputData } from '../server/src/engine/detector/session';
import { createEngine } from '../server/src/engine/engine';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { readModelPackage } from '../server/src/engine/models/modelPackage';
import { isOnnxManifest } from '../server/src/engine/models/modelSchema';
import { embeddedModel } from '../server/src/engine/models/modelStore';

const runs = Number(process.argv[2] ?? 15);
const side = 700;

type Feeds = Record<string, InputData>;

/** The graphs on their own: the feeds of a first detection, to be run again and again. */
async function bareRuntime(dir: string, image: Raster, threads?: number) {
  const read = await readModelPackage(dir);
  if (!read.ok || isOnnxManifest(read.model.manifest)) throw new Error('The bench wants a two-stage model.');
  const { detector: d, files } = read.model.manifest;
  const graphs = [files.backbone, files.boxHead, files.maskHead!].map((f) => path.join(dir, f.file));
  const { sessions } = await loadGraphs(graphs, 'cpu', threads);
  const input = detectorInput(image, d.input);
  const first: Feeds = { image: input };
  const out = await sessions[0]!.run(first);
  const levels = [2, 3, 4, 5, 6].map((i) => {
    const { data, dims } = out[`objectness${i}`]!;
    return { objectness: data, deltas: out[`deltas${i}`]!.data, height: dims[2]!, width: dims[3]! };
  });
  const head = (boxes: Float32Array): Feeds => ({
    ...Object.fromEntries([2, 3, 4, 5].map((i) => [`p${i}`, out[`p${i}`]!])),
    ...Object.fromEntries(
      assignLevels(boxes, d.box.canonicalBoxSize, d.box.canonicalLevel).boxes.map((b, i) => [
        `boxes${i + 2}`,
        { data: b, dims: [b.length / 4, 4] },
      ]),
    ),
  });
  const { boxes } = findProposals(levels, d, input.width, input.height);
  // The rows come in level order: the same boxes in another order cost the same.
  const scored = await sessions[1]!.run(head(boxes));
  const ordered = new Float32Array(boxes.length);
  assignLevels(boxes, d.box.canonicalBoxSize, d.box.canonicalLevel).order.forEach((original, i) =>
    ordered.set(boxes.subarray(original * 4, original * 4 + 4), i * 4),
  );
  const found = selectDetections(ordered, scored.scores!.data, scored.deltas!.data, d, input.width, input.height);
  const feeds = [first, head(boxes), head(found.boxes)];
  return {
    detections: found.scores.length,
    run: async () => {
      for (const [i, feed] of feeds.entries()) await sessions[i]!.run(feed, i === 0);
    },
    dispose: () => Promise.all(sessions.map((s) => s.release())),
  };
}

async function main(): Promise<void> {
  const source = path.join(__dirname, '../../models/cavity-compact');
  const model = fs.existsSync(source) ? source : embeddedModel();
  const engine = await createEngine({ modelPath: model, device: 'cpu' });
  const median = (v: number[]) => v.sort((a, b) => a - b)[v.length >> 1]!;
  // Few cavities and many: heads and masks cost by their number.
  for (const [domain, seed] of [
    ['underfocus-round', 2],
    ['dense-overlap', 107],
  ] as const) {
    const m = renderMicrograph({ domain, seed, width: side, height: side });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-bench-'));
    const file = path.join(folder, 'image.png');
    fs.writeFileSync(file, await encodeGrayPng(m.data, side, side));
    const image: Raster = { width: side, height: side, channels: 1, bitDepth: 8, data: m.data };
    const bare = await bareRuntime(model, image);
    // 0: as many threads as the runtime itself chooses.
    const unset = await bareRuntime(model, image, 0);
    const times = { bare: [] as number[], unset: [] as number[], whole: [] as number[] };
    // In blocks, so that each finds its own memory warm; the first of a block is not counted.
    for (let block = 0; block < Math.ceil(runs / 5); block++)
      for (const [name, work] of [
        ['bare', bare.run],
        ['unset', unset.run],
        ['whole', () => engine.estimateImage(file)],
      ] as const)
        for (let i = 0; i < 6; i++) {
          const began = performance.now();
          await work();
          if (i > 0) times[name].push(performance.now() - began);
        }
    const ratio = (of: number[]) => (median(times.whole) / median(of)).toFixed(2);
    console.log(
      `${side}x${side}, ${bare.detections} detections, ${os.cpus().length} cores, median of ${times.bare.length}`,
      `\nwhole estimate, file to answer                 ${median(times.whole).toFixed(0)} ms`,
      `\nonnxruntime run() alone, threads as here       ${median(times.bare).toFixed(0)} ms, ratio ${ratio(times.bare)}`,
      `\nonnxruntime run() alone, the runtime’s default ${median(times.unset).toFixed(0)} ms, ratio ${ratio(times.unset)}`,
    );
    await bare.dispose();
    await unset.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  await engine.dispose();
}

void main();
