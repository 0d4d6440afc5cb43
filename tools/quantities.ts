// `npm run quantities -- check DIR [--cache DIR]`: whether the intervals of the quantities contain the truth of a synthetic set.
// `npm run quantities -- fit DIR [--cache DIR]`: measures the assumptions in core/quantities/priors.ts on another synthetic set.
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { intersectionOverUnion, type Box } from '../server/src/core/geometry/box';
import { createRandom } from '../server/src/core/random';
import { measureCavities, type MeasuredCavity } from '../server/src/core/quantities/cavity';
import { quantile } from '../server/src/core/quantities/draws';
import { createMeasurement, measureDefaults, measureInto } from '../server/src/core/quantities/measure';
import { defaultPriors } from '../server/src/core/quantities/priors';
import { quantitiesOf, quantityNames, type Quantities } from '../server/src/core/quantities/quantities';
import type { Scale } from '../server/src/core/quantities/totals';
import { markdownTable } from '../server/src/core/text/markdownTable';
import { createEngine } from '../server/src/engine/engine';
import type { Estimate } from '../server/src/engine/engine.types';
import type { CocoDataset } from '../server/src/engine/labels/cocoDataset';
import { evidenceOf } from '../server/src/engine/measure/evidence';
import { seedOf } from '../server/src/engine/measure/imageSeed';

interface Checked {
  readonly file: string;
  readonly estimate: Estimate;
  readonly nmPerPixel: number;
  readonly truth: readonly (MeasuredCavity & { readonly box: Box; readonly crowd: boolean })[];
}

/** Half of the check's images get a foil and a pixel size that are off by this much (standard deviation). */
const spread = { pixelSize: 0.01, thickness: 0.2 };
const thicknessNm = 100;

async function load(folder: string, cacheDir: string | undefined): Promise<Checked[]> {
  // The file was written by our own generator.
  const dataset = JSON.parse(await fs.readFile(path.join(folder, 'annotations.coco.json'), 'utf8')) as CocoDataset;
  const engine = await createEngine({ modelPath: 'models/cavity-compact', cacheDir });
  const out: Checked[] = [];
  for (const image of dataset.images) {
    const file = path.join(folder, image.file_name);
    const own = dataset.annotations.filter((a) => a.image_id === image.id);
    const shapes = measureCavities({
      imageSize: image,
      boxes: Float32Array.from(own.flatMap(({ bbox: [x, y, w, h] }) => [x!, y!, x! + w!, y! + h!])),
      scores: Float32Array.from(own, () => 1),
      classIds: Int32Array.from(own, () => 0),
      masks: own.map((a) => a.segmentation as { size: [number, number]; counts: string }),
      probabilities: Float32Array.from(own, () => 1),
    });
    const truth = shapes.map((s, i): Checked['truth'][number] => {
      const [x, y, w, h] = own[i]!.bbox as [number, number, number, number];
      return { ...s, box: [x, y, x + w, y + h], crowd: own[i]!.iscrowd === 1 };
    });
    out.push({
      file,
      estimate: await engine.estimateImage(file, { priority: 'batch' }),
      nmPerPixel: image.nm_per_pixel ?? 0.3,
      truth,
    });
  }
  await engine.dispose();
  return out;
}

/** Quantities of the true masks, pixel size and thickness by the same definitions. */
function trueQuantities(image: Checked, scale: Scale): Quantities {
  const settings = { priors: defaultPriors, draws: 1, causeDraws: 1, seed: 1 };
  const measurement = createMeasurement(settings);
  const { width, height } = image.estimate.image!;
  const accepted = image.truth.filter((c) => !c.crowd);
  measureInto([measurement], { evidence: { accepted, rejected: [], width, height, performance: null }, scale, seed: 1 }, settings); // prettier-ignore
  return quantitiesOf(measurement, 'frame');
}

interface Tally {
  n: number;
  inside: number;
  below: number;
  above: number;
  readonly width: number[];
  readonly error: number[];
  readonly detectedError: number[];
}

function check(images: readonly Checked[]): void {
  const settings = { priors: defaultPriors, ...measureDefaults };
  const tallies = new Map<string, Tally>();
  const tally = (name: string) => {
    if (!tallies.has(name)) tallies.set(name, { n: 0, inside: 0, below: 0, above: 0, width: [], error: [], detectedError: [] }); // prettier-ignore
    return tallies.get(name)!;
  };
  let unavailable = 0;
  for (const image of images) {
    const evidence = evidenceOf(image.estimate);
    if (!evidence) continue;
    const random = createRandom(seedOf(path.basename(image.file)));
    const off = (s: number) => Math.exp(Math.sqrt(Math.log(1 + s * s)) * random.normal());
    const uncertain = { pixelSizeUncertainty: spread.pixelSize, thicknessUncertainty: spread.thickness };
    const exact: Scale = { nmPerPixel: image.nmPerPixel, thicknessNm, ...uncertain };
    // The user's values differ from the truth by their uncertainty.
    const believed: Scale = { nmPerPixel: image.nmPerPixel * off(spread.pixelSize), thicknessNm: thicknessNm * off(spread.thickness), ...uncertain }; // prettier-ignore
    const measurement = createMeasurement(settings);
    measureInto([measurement], { evidence, scale: believed, seed: seedOf(image.file) }, settings);
    const [measured, truth] = [quantitiesOf(measurement, 'frame'), trueQuantities(image, exact)];
    for (const name of quantityNames) {
      const [q, t] = [measured[name], truth[name]];
      if ('reason' in q || q.low === null || q.high === null) continue;
      if ('reason' in t) {
        unavailable++;
        continue;
      }
      const [low, high] = [q.low - 1e-9 * Math.abs(q.low), q.high + 1e-9 * Math.abs(q.high)];
      const groups: string[] = [name];
      if (name === 'count') groups.push(`count, ${countGroup(evidence.accepted.length)}`);
      for (const g of groups) {
        const y = tally(g);
        y.n++;
        if (t.detected < low) y.below++;
        else if (t.detected > high) y.above++;
        else y.inside++;
        if (q.value > 0) y.width.push((q.high - q.low) / q.value);
        if (t.detected > 0) y.error.push(Math.abs(q.value / t.detected - 1));
        if (t.detected > 0) y.detectedError.push(Math.abs(q.detected / t.detected - 1));
      }
    }
  }
  const percent = (v: number) => `${(100 * v).toFixed(0)} %`;
  const lines = markdownTable(
    ['quantity', 'images', 'interval contains the truth', 'truth below / above', 'median width / value', 'median error of value', 'of the detections alone'], // prettier-ignore
    [...tallies].map(([name, t]) => [
      name,
      String(t.n),
      percent(t.inside / t.n),
      `${t.below} / ${t.above}`,
      quantile(t.width, 0.5).toFixed(2),
      percent(quantile(t.error, 0.5)),
      percent(quantile(t.detectedError, 0.5)),
    ]),
  );
  console.log(lines.join('\n'));
  console.log(
    `\n${unavailable} values were given where the truth has none (no true cavity, or none that lies whole in the frame).`,
  );
}

const countGroup = (n: number) => (n === 0 ? 'nothing detected' : n < 4 ? '1–3 detected' : n < 12 ? '4–11' : n < 50 ? '12–49' : '50+'); // prettier-ignore

/** Pairs of detection and true cavity by the greedy rule, and the unmatched true ones. */
function match(image: Checked): { pairs: [MeasuredCavity, MeasuredCavity][]; missed: MeasuredCavity[] } {
  const found = image.estimate.instances!;
  const shapes = measureCavities(found);
  const used = new Set<number>();
  const pairs: [MeasuredCavity, MeasuredCavity][] = [];
  shapes.forEach((shape, i) => {
    const box = Array.from(found.boxes.subarray(4 * i, 4 * i + 4)) as unknown as Box;
    let [best, bestIou] = [-1, 0];
    image.truth.forEach((t, k) => {
      const iou = used.has(k) ? 0 : intersectionOverUnion(box, t.box);
      if (iou > bestIou) [best, bestIou] = [k, iou];
    });
    if (bestIou < 0.1) return;
    used.add(best);
    pairs.push([shape, image.truth[best]!]);
  });
  return { pairs, missed: image.truth.filter((t, k) => !used.has(k) && !t.crowd) };
}

const emptyInstances = { imageSize: { width: 1, height: 1 }, boxes: new Float32Array(), scores: new Float32Array(), classIds: new Int32Array() }; // prettier-ignore
const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
const deviation = (v: readonly number[]) => Math.sqrt(mean(v.map((x) => (x - mean(v)) ** 2)));

function fit(images: readonly Checked[]): void {
  const matched = images.filter((i) => i.estimate.instances).map(match);
  const describe = (logs: readonly number[][]) => {
    const means = logs.filter((l) => l.length >= 3).map((l) => quantile(l, 0.5));
    const within = logs.filter((l) => l.length >= 3).flatMap((l) => l.map((v) => v - quantile(l, 0.5)));
    const half = (v: readonly number[]) => (quantile(v, 0.84) - quantile(v, 0.16)) / 2;
    const wide = means.filter((m) => Math.abs(m - quantile(means, 0.5)) > 3 * half(means)).length / means.length;
    return `bias ${quantile(means, 0.5).toFixed(3)}, between ${half(means).toFixed(3)} (sd ${deviation(means).toFixed(3)}, beyond 3: ${(100 * wide).toFixed(0)} %), within ${half(within).toFixed(3)} (${means.length} images, ${logs.flat().length} cavities)`; // prettier-ignore
  };
  let from = 0;
  for (const { below } of defaultPriors.outline) {
    const inside = matched.map((m) => m.pairs.filter(([d]) => d.diameter >= from && d.diameter < below));
    console.log(
      `outline below ${below}: ${describe(inside.map((p) => p.map(([d, t]) => Math.log(t.diameter / d.diameter))))}`,
    );
    from = below;
  }
  console.log(`feret: ${describe(matched.map((m) => m.pairs.map(([d, t]) => Math.log(t.feretMax / d.feretMax))))}`);
  const own = matched.flatMap(({ pairs }) => (pairs.length >= 3 ? pairs.map(([d]) => Math.log(d.diameter / quantile(pairs.map(([p]) => p.diameter), 0.5))) : [])); // prettier-ignore
  console.log(`detected about their median: mean ${mean(own).toFixed(3)}, std ${deviation(own).toFixed(3)}`);
  const nearly = images.flatMap((image) => {
    const { missed: left } = image.estimate.instances ? match(image) : { missed: [] };
    return measureCavities(image.estimate.rejected ?? emptyInstances).flatMap((c) => {
      const near = left.filter((t) => Math.hypot(t.x - c.x, t.y - c.y) < t.diameter / 2);
      return c.probability >= 0.1 && near.length === 1 ? [Math.log(near[0]!.diameter / c.diameter)] : [];
    });
  });
  console.log(`rejected, true over box diameter: mean ${mean(nearly).toFixed(3)}, std ${deviation(nearly).toFixed(3)} (${nearly.length})`); // prettier-ignore
  console.log(`heywood: ${describe(matched.map((m) => m.pairs.map(([d, t]) => Math.log(t.heywood / d.heywood))))}`);
  const missed = matched.flatMap(({ pairs, missed: m }) =>
    pairs.length >= 3 ? m.map((t) => Math.log(t.diameter / quantile(pairs.map(([d]) => d.diameter), 0.5))) : [],
  ); // prettier-ignore
  console.log(`missed: mean ${mean(missed).toFixed(3)}, std ${deviation(missed).toFixed(3)} (${missed.length})`);
  const nothing = images.filter((i) => i.estimate.instances?.scores.length === 0);
  const beyond = nothing.map((i) => {
    const expected = (i.estimate.rejected?.probabilities ?? new Float32Array()).reduce((a, p) => a + p, 0);
    return i.truth.filter((t) => !t.crowd).length - expected;
  });
  console.log(
    `nothing detected: ${nothing.length}; true cavities beyond the expected: ${beyond.map((b) => b.toFixed(1)).join(' ')}`,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { cache: { type: 'string' } } });
  const [mode, folder] = positionals;
  if (!folder || (mode !== 'check' && mode !== 'fit')) throw new Error('Use: check DIR or fit DIR.');
  const images = await load(folder, values.cache);
  if (mode === 'check') console.error(`${images.length} images, ${quantityNames.length} quantities`);
  (mode === 'check' ? check : fit)(images);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
