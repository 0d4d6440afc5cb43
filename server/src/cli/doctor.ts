import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { boxAt } from '../core/geometry/box';
import { f1Score, matchDetections } from '../core/evaluation/matchDetections';
import { networkThreads } from '../engine/detector/threads';
import { encodeGrayPng } from '../engine/image/encodePng';
import { selfCheckMicrograph } from '../engine/detector/verifyModel';
import { withTemporary } from '../engine/files/temporaryPaths';
import { cacheBytes, defaultCacheBytes } from '../engine/cache/cacheSize';
import {
  cacheFrom,
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  type Command,
  type CommandInput,
} from './command';

export const doctor: Command = {
  summary: 'versions, device, model and a self-check',
  usage: '[--json]',
  details: `  --json              one JSON object
${modelDetails}`,
  options: { ...modelOptions, json: { type: 'boolean' } },
  async run({ values }) {
    const engine = await engineFrom(values);
    try {
      const device = await engine.warmUp();
      const m = selfCheckMicrograph();
      const e = await inFile(await encodeGrayPng(m.data, m.width, m.height), (file) => engine.estimateImage(file));
      const boxes = Array.from(e.instances?.scores ?? [], (_, i) => boxAt(e.instances!.boxes, i));
      const found = boxes.length;
      // Any detector of cavities finds most of these; a much lower F1 means that the network computes wrong values on this machine.
      const trueF1 = f1Score(matchDetections(boxes, { boxes: m.cavities.map((c) => c.box) }));
      const ok = trueF1 > 0.6;
      const report = {
        version: process.env.TEM_GAUGE_VERSION,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        device: device.device,
        threads: networkThreads() || null,
        notice: device.notice,
        detector: engine.model.detector,
        forest: engine.model.forest,
        cache: await cacheFact(values),
        selfCheck: {
          cavities: m.cavities.length,
          detections: found,
          trueF1,
          ok,
          predictedF1: e.f1,
          ms: e.timing.totalMs,
        },
      };
      if (values.json) console.log(JSON.stringify(report));
      else
        for (const [name, value] of Object.entries(report))
          if (value !== null || name === 'forest')
            console.log(
              `${name.padEnd(10)} ${name === 'selfCheck' ? `${ok ? 'passed' : 'FAILED'}: ${found} detections on a synthetic image with ${m.cavities.length} cavities, ${e.timing.totalMs} ms` : (value ?? 'none: F1 is not predicted')}`,
            );
      return ok ? exitCodes.fine : exitCodes.couldNotRun;
    } finally {
      await engine.dispose();
    }
  },
};

/** Uses bytes as a temporary file. */
async function inFile<T>(bytes: Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  return withTemporary(await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-')), async (folder) => {
    const file = path.join(folder, 'self-check.png');
    await fs.writeFile(file, bytes);
    const result = await use(file);
    await fs.rm(folder, { recursive: true });
    return result;
  });
}

/** Size of the cache that is named, and whether it deletes results for new ones; null without one. */
async function cacheFact(values: CommandInput['values']): Promise<string | null> {
  const { cacheDir, cacheMaxBytes = defaultCacheBytes } = cacheFrom(values);
  if (cacheDir === undefined) return null;
  const bytes = await cacheBytes(cacheDir);
  const full = bytes > 0.95 * cacheMaxBytes ? '; full: the oldest results are deleted for new ones (--cache-size)' : '';
  return `${(bytes / 1e9).toFixed(2)} of ${cacheMaxBytes / 1e9} GB${full}`;
}
