import path from 'node:path';
import { compressCounts } from '../../core/geometry/rle';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import { createRandom } from '../../core/random';
import { degrade, drawDegradations } from '../../core/synthetic/degradations';
import { renderMicrograph } from '../../core/synthetic/micrograph';
import type { RealBackground } from '../../core/synthetic/realBackground';
import { readImage } from '../image/openImage';
import { encodeGrayPng } from '../image/encodePng';
import type { CocoDataset } from '../labels/cocoDataset';
import { writeOutputFile } from '../files/writeOutput';

export interface SyntheticSetOptions {
  readonly count: number;
  /** Image i is drawn with seed + i, from domain i modulo their number. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly domains: readonly string[];
  readonly out: string;
  /** Degrade each image at random, see drawDegradations; its truth stays what was drawn. */
  readonly degraded?: boolean | undefined;
  /** Files of micrographs without cavities, to draw on instead of a synthetic background; none by default. */
  readonly backgrounds?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Decoded backgrounds kept at a time. */
const keptBackgrounds = 32;

/** Writes `images/*.png` and COCO instances `annotations.coco.json`; the same options give the same bytes. Cavities too faint to be sure of are crowds. A signal ends it after an image; the data set then has fewer. @throws OutputError */
export async function writeSyntheticSet(o: SyntheticSetOptions): Promise<CocoDataset> {
  const dataset: CocoDataset = {
    info: {
      description: `Synthetic micrographs of ${o.domains.join(', ')}; seed ${o.seed}, ${o.count} images of ${o.width}x${o.height}${o.backgrounds?.length ? `, on ${o.backgrounds.length} real backgrounds` : ''}`,
    },
    categories: [{ id: 1, name: 'cavity' }],
    images: [],
    annotations: [],
  };
  const kept = new Map<string, RealBackground>();
  for (let i = 0; i < o.count && !o.signal?.aborted; i++) {
    const domain = o.domains[i % o.domains.length]!;
    const seed = o.seed + i;
    const background = o.backgrounds?.length
      ? await loadBackground(createRandom(seed * 7919 + 1).pick(o.backgrounds), kept)
      : undefined;
    const m = renderMicrograph({ domain, seed, width: o.width, height: o.height, background });
    const random = createRandom(seed * 7919 + 2);
    const steps = o.degraded ? drawDegradations(random) : [];
    const data = steps.reduce(
      (before, step) => degrade({ data: before, width: m.width, height: m.height }, step.name, step.level, random),
      m.data,
    );
    const name = `${domain}-${String(seed).padStart(5, '0')}.png`;
    await writeOutputFile(path.join(o.out, 'images', name), await encodeGrayPng(data, m.width, m.height));
    dataset.images.push({
      id: i + 1,
      file_name: `images/${name}`,
      width: m.width,
      height: m.height,
      domain,
      nm_per_pixel: m.nmPerPixel,
      defocus_nm: m.defocusNm,
      ...(o.degraded ? { degradation: steps.map((s) => `${s.name} ${s.level}`).join(', ') } : {}),
    });
    for (const c of m.cavities)
      dataset.annotations.push({
        id: dataset.annotations.length + 1,
        image_id: i + 1,
        category_id: 1,
        bbox: [c.box[0], c.box[1], c.box[2] - c.box[0], c.box[3] - c.box[1]],
        area: c.area,
        iscrowd: c.ambiguous ? 1 : 0,
        segmentation: { size: [...c.mask.size], counts: compressCounts(c.mask.counts) },
      });
    o.onProgress?.(i + 1);
  }
  await writeOutputFile(path.join(o.out, 'annotations.coco.json'), JSON.stringify(dataset));
  return dataset;
}

/** @throws Error in one sentence for a file that is not a picture. */
async function loadBackground(file: string, kept: Map<string, RealBackground>): Promise<RealBackground> {
  const known = kept.get(file);
  if (known) return known;
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') throw new Error(`${file} cannot be a background: ${decoded.reason}`);
  const background = toGray8(toRaster8(decoded.image));
  if (kept.size >= keptBackgrounds) kept.delete(kept.keys().next().value!);
  kept.set(file, background);
  return background;
}
