import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { degradationNames, degradations, degrade, type DegradationName } from '../../core/synthetic/degradations';
import { matchDetections } from '../../core/evaluation/matchDetections';
import { scoresOf } from '../../core/evaluation/scores';
import { boxAt } from '../../core/geometry/box';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import { createRandom } from '../../core/random';
import type { Reliability } from '../../protocol/types';
import type { Engine } from '../engine.types';
import { withTemporary } from '../files/temporaryPaths';
import { encodeGrayPng } from '../image/encodePng';
import { readImage } from '../image/openImage';
import type { MeasuredStudyImage } from './imageRows';

/** One image at one level of a degradation. */
export interface DegradedImage {
  /** Null for the image as it is, the start of every degradation. */
  readonly degradation: DegradationName | null;
  readonly level: number;
  readonly image: string;
  /** Null where nothing was detected: there is no prediction then. */
  readonly predicted: number | null;
  readonly truth: number;
  readonly reliability: Reliability;
  /** Has a prediction, but lies outside the forest's applicability domain. */
  readonly outside: boolean;
}

export interface DegradeOptions {
  /** Images that are degraded, evenly drawn. */
  readonly most: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onImage?: (done: number, total: number) => void;
}

/** The degradations of each image. */
const steps: readonly { readonly name: DegradationName | null; readonly level: number }[] = [
  { name: null, level: 0 },
  ...degradationNames.flatMap((name) => degradations[name].levels.map((level) => ({ name, level }))),
];

/**
 * Estimates labelled images and degraded copies of them; the copies are deleted afterwards.
 * @throws Error when an image cannot be estimated
 */
export async function degradeImages(
  engine: Engine,
  images: readonly MeasuredStudyImage[],
  options: DegradeOptions,
): Promise<DegradedImage[]> {
  const chosen = evenly(
    images.filter((m) => m.labelled && m.labelled.truth.boxes.length > 0),
    options.most,
  );
  return withTemporary(await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-degraded-')), async (folder) => {
    const total = chosen.length * steps.length;
    const out: DegradedImage[] = [];
    for (const [index, { file, labelled }] of chosen.entries()) {
      const decoded = await readImage(file);
      if (decoded.kind !== 'image') continue;
      const gray = toGray8(toRaster8(decoded.image));
      for (const { name, level } of steps) {
        options.signal?.throwIfAborted();
        const data = name ? degrade(gray, name, level, createRandom(options.seed * 1000 + index)) : gray.data;
        const copy = path.join(folder, `${index}-${name ?? 'none'}-${level}.png`);
        await fs.writeFile(copy, await encodeGrayPng(data, gray.width, gray.height));
        const estimate = await engine.estimateImage(copy, { priority: 'batch', signal: options.signal });
        // An image that the engine failed on must not count as one without detections.
        const { instances } = estimate;
        if (!instances) throw new Error(`${path.basename(file)}, degraded: ${estimate.reason}`);
        const boxes = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
        out.push({
          degradation: name,
          level,
          image: file,
          predicted: estimate.f1,
          truth: scoresOf(matchDetections(boxes, labelled!.truth)).f1,
          reliability: estimate.reliability,
          outside: estimate.findings.some((f) => f.code === 'out-of-domain'),
        });
        options.onImage?.(out.length, total);
        await fs.rm(copy);
      }
    }
    await fs.rm(folder, { recursive: true });
    return out;
  });
}

/** At most `most` items at equal distances. */
const evenly = <T>(items: readonly T[], most: number): T[] =>
  Array.from(
    { length: Math.min(most, items.length) },
    (_, i) => items[Math.floor((i * items.length) / Math.min(most, items.length))]!,
  );
