import { maskOutlines } from '../../core/geometry/contour';
import { rleArea, type Rle } from '../../core/geometry/rle';
import type { Estimate } from '../engine.types';
import type { CocoDataset } from '../labels/cocoDataset';

/** One detection of COCO's results format (cocodataset.org/#format-results). */
export interface CocoResult {
  readonly image_id: number;
  readonly category_id: number;
  /** x, y, width, height in pixels. */
  readonly bbox: readonly [number, number, number, number];
  readonly segmentation?: { readonly size: readonly [number, number]; readonly counts: string };
  /** Calibrated probability where there is one, else the detector's score. */
  readonly score: number;
}

/**
 * Collects detections as COCO results, and as COCO instances with polygons for annotation tools, which read those but
 * neither scores nor run lengths of results.
 */
export class CocoExport {
  readonly #results: CocoResult[] = [];
  readonly #dataset: CocoDataset & { readonly annotations: (CocoDataset['annotations'][number] & { score: number })[] };

  /** Id of the next image that has none in `ids`. */
  #next: number;

  /** @param ids image ids by absolute path, from the labels of the folder; other images are numbered after them */
  constructor(
    categories: readonly string[],
    private readonly ids: ReadonlyMap<string, number>,
  ) {
    this.#next = 1 + [...ids.values()].reduce((most, id) => Math.max(most, id), 0);
    this.#dataset = {
      info: { description: 'Detections of TEM Gauge; not labels' },
      categories: categories.map((name, i) => ({ id: i + 1, name })),
      images: [],
      annotations: [],
    };
  }

  /** @param fileName path of the image relative to the folder, with slashes */
  add(fileName: string, e: Estimate): void {
    if (!e.image || !e.instances) return;
    const imageId = this.ids.get(e.file) ?? this.#next++;
    const { width, height, nmPerPixel } = e.image;
    const scale = nmPerPixel === null ? {} : { nm_per_pixel: nmPerPixel };
    this.#dataset.images.push({ id: imageId, file_name: fileName, width, height, ...scale });
    const { boxes, scores, classIds, masks, probabilities } = e.instances;
    Array.from(scores).forEach((s, i) => {
      const [x0, y0, x1, y1] = Array.from(boxes.subarray(4 * i, 4 * i + 4)) as [number, number, number, number];
      const bbox = [x0, y0, x1 - x0, y1 - y0].map((v) => round(v, 2)) as [number, number, number, number];
      const mask = masks?.[i] ?? null;
      const score = round(probabilities?.[i] ?? s, 5);
      const category_id = classIds[i]! + 1;
      this.#results.push({ image_id: imageId, category_id, bbox, ...(mask ? { segmentation: mask } : {}), score });
      this.#dataset.annotations.push({
        id: this.#dataset.annotations.length + 1,
        image_id: imageId,
        category_id,
        bbox,
        area: mask ? rleArea(mask) : round(bbox[2] * bbox[3], 2),
        iscrowd: 0,
        segmentation: mask ? outerRings(mask) : [[x0, y0, x1, y0, x1, y1, x0, y1].map((v) => round(v, 2))],
        score,
      });
    });
  }

  get results(): readonly CocoResult[] {
    return this.#results;
  }

  get dataset(): CocoDataset {
    return this.#dataset;
  }
}

/** COCO polygons have no holes: rings that run the other way are left out. */
function outerRings(mask: Rle): number[][] {
  return maskOutlines(mask).filter((ring) => signedArea(ring) > 0);
}

function signedArea(ring: readonly number[]): number {
  let twice = 0;
  for (let k = 0; k < ring.length; k += 2)
    twice += ring[k]! * ring[(k + 3) % ring.length]! - ring[(k + 2) % ring.length]! * ring[k + 1]!;
  return twice / 2;
}

const round = (v: number, digits: number): number => Math.round(v * 10 ** digits) / 10 ** digits;
