import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { degradations, degrade, type Degradation } from '../../core/experiment/degradations';
import { matchDetections } from '../../core/evaluation/matchDetections';
import { scoresOf } from '../../core/evaluation/scores';
import { boxAt } from '../../core/geometry/box';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import { createRandom } from '../../core/random';
import type { Engine } from '../engine.types';
import { encodeGrayPng } from '../image/encodePng';
import { readImage } from '../image/openImage';
import type { MeasuredStudyImage } from './imageRows';

/** One image at one level of a degradation. */
export interface DegradedImage {
  readonly degradation: Degradation['name'];
  readonly level: number;
  readonly image: string;
  /** Null where nothing was detected: there is no prediction then. */
  readonly predicted: number | null;
  readonly truth: number;
}

export interface DegradeOptions {
  /** Images that are degraded, evenly drawn. */
  readonly most: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onImage?: (done: number, total: number) => void;
}

/** Estimates degraded copies of labelled images; the copies are deleted afterwards. */
export async function degradeImages(
  engine: Engine,
  images: readonly MeasuredStudyImage[],
  options: DegradeOptions,
): Promise<DegradedImage[]> {
  const step = Math.max(1, Math.ceil(images.length / options.most));
  const chosen = images.filter((m, i) => i % step === 0 && m.labelled && m.labelled.truth.boxes.length > 0);
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-degraded-'));
  const total = chosen.length * degradations.reduce((s, d) => s + d.levels.length, 0);
  const out: DegradedImage[] = [];
  try {
    for (const [index, { file, labelled }] of chosen.entries()) {
      const decoded = await readImage(file);
      if (decoded.kind !== 'image') continue;
      const gray = toGray8(toRaster8(decoded.image));
      for (const { name, levels } of degradations)
        for (const level of levels) {
          options.signal?.throwIfAborted();
          const data = degrade(gray, name, level, createRandom(options.seed * 1000 + index));
          const copy = path.join(folder, `${index}-${name}-${level}.png`);
          await fs.writeFile(copy, await encodeGrayPng(data, gray.width, gray.height));
          const estimate = await engine.estimateImage(copy, { priority: 'batch' });
          const boxes = Array.from(estimate.instances?.scores ?? [], (_, i) => boxAt(estimate.instances!.boxes, i));
          const { f1 } = scoresOf(matchDetections(boxes, labelled!.truth));
          out.push({ degradation: name, level, image: file, predicted: estimate.f1, truth: f1 });
          options.onImage?.(out.length, total);
          await fs.rm(copy);
        }
    }
    return out;
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}
