import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cocoMetrics, type CocoImage, type CocoMetrics } from '../../../server/src/core/evaluation/cocoMetrics';
import { sharedArea } from '../../../server/src/core/geometry/maskOverlap';
import { segmentationMask } from '../../../server/src/core/geometry/segmentation';
import { parseCoco } from '../../../server/src/engine/labels/cocoFile';
import { parsePredictions } from '../../../server/src/engine/score/predictions';
import { scoreDataset } from '../../../server/src/engine/score/scoreDataset';
import { intersectionOverUnion, type Box } from '../../../server/src/core/geometry/box';

// Tolerance: 1e-9 beside pycocotools (generate.py).
interface Annotation {
  image_id: number;
  category_id: number;
  bbox: number[];
  area?: number;
  iscrowd?: number;
  score?: number;
  segmentation: unknown;
}
interface Fixture {
  truth: { images: { id: number; width: number; height: number }[]; annotations: Annotation[] };
  results: Annotation[];
  expected: Record<'bbox' | 'segm', { all: CocoMetrics; images: CocoMetrics[] }>;
}
const folder = path.join('test', 'oracle', 'score', 'fixtures');
const fixtures = fs.readdirSync(folder).map((f) => [f, JSON.parse(fs.readFileSync(path.join(folder, f), 'utf8'))]);

function images({ truth, results }: Fixture, masks: boolean): CocoImage[] {
  const box = ([x, y, w, h]: number[]): Box => [x!, y!, x! + w!, y! + h!];
  return truth.images.map((image) => {
    const truths = truth.annotations.filter((a) => a.image_id === image.id);
    const detections = results.filter((a) => a.image_id === image.id);
    const mask = (a: Annotation) => segmentationMask(a.segmentation, image)!;
    return {
      truths: truths.map((t) => ({ category: String(t.category_id), crowd: t.iscrowd === 1 })),
      detections: detections.map((d) => ({ category: String(d.category_id), score: d.score! })),
      overlap: (d, t) => {
        const [a, b] = [detections[d]!, truths[t]!];
        if (masks) {
          const [m, n] = [mask(a), mask(b)];
          const shared = sharedArea(m, n);
          return shared / (b.iscrowd ? m.area : m.area + n.area - shared);
        }
        if (!b.iscrowd) return intersectionOverUnion(box(a.bbox), box(b.bbox));
        const [p, q] = [box(a.bbox), box(b.bbox)];
        const w = Math.max(0, Math.min(p[2], q[2]) - Math.max(p[0], q[0]));
        const h = Math.max(0, Math.min(p[3], q[3]) - Math.max(p[1], q[1]));
        return (w * h) / (a.bbox[2]! * a.bbox[3]!);
      },
    };
  });
}

describe.each(fixtures as [string, Fixture][])('pycocotools beside us: %s', (_, fixture) => {
  it.each(['bbox', 'segm'] as const)('%s, together and image by image', (kind) => {
    const all = images(fixture, kind === 'segm');
    close(cocoMetrics(all), fixture.expected[kind].all);
    fixture.expected[kind].images.forEach((expected, i) => close(cocoMetrics([all[i]!]), expected));
  });
  it('as files, with text for identifiers and images in another order', () => {
    const { truth, results, expected } = structuredClone(fixture);
    const images = [...truth.images.slice(3), ...truth.images.slice(0, 3).reverse()];
    const texts = images.map((i) => ({ ...i, id: `${i.id}`, file_name: `${i.id}.png` }));
    const annotations = truth.annotations.map((a) => ({ ...a, image_id: `${a.image_id}.0` }));
    const coco = parseCoco(JSON.stringify({ images: texts, annotations }), 'truth.json');
    const predictions = parsePredictions(JSON.stringify(results), 'predictions.json');
    for (const [kind, mask] of [
      ['bbox', false],
      ['segm', true],
    ] as const)
      // prettier-ignore
      close(scoreDataset(coco, predictions, { iou: 0.1, mask, scoreThreshold: null }).pooled.coco, expected[kind].all);
  });
  it('masks have the area that pycocotools gives', () => {
    for (const a of fixture.truth.annotations) {
      const image = fixture.truth.images.find((i) => i.id === a.image_id)!;
      expect(segmentationMask(a.segmentation, image)!.area).toBe(a.area);
    }
  });
});

function close(got: CocoMetrics, expected: CocoMetrics): void {
  for (const key of ['ap', 'ap50', 'ap75', 'ar'] as const)
    if (expected[key] === null) expect(got[key]).toBeNull();
    else expect(Math.abs(got[key]! - expected[key]), key).toBeLessThan(1e-9);
}
