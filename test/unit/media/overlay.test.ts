import type { DetectionDto, TruthDto } from '../../../server/src/protocol/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scene } from '../../../media/preview/canvas/scene';
import { confidenceColor } from '../../../media/preview/confidence';
import { drawOverlay, truthColors } from '../../../media/preview/canvas/overlay';
import { detection } from './detections';

/** Remembers what was added, since Node has no canvas. */
class FakePath {
  readonly boxes: number[][] = [];
  rings = 0;
  rect = (...box: number[]) => void this.boxes.push(box);
  moveTo = () => void this.rings++;
  lineTo = () => undefined;
  closePath = () => undefined;
}

interface Stroke {
  boxes: number[][];
  rings: number;
  color: string;
  width: number;
  dashed: boolean;
}

const estimate = {
  detections: [detection([0, 0, 10, 10], 0.95, 0.8), detection([20, 0, 30, 10], 0.6, 0.95)],
  outlines: [[[0, 0, 10, 0, 10, 10]], []],
  candidates: [detection([40, 0, 45, 5], 0.4, 0.3), detection([50, 0, 55, 5], 0.5, 0.1)],
};

interface Options {
  minimum?: number;
  outlines?: boolean;
  boxes?: boolean;
  candidates?: boolean;
  pointed?: DetectionDto | null;
  truth?: TruthDto;
}

function draw({ minimum = 0, outlines = true, boxes = true, candidates = false, pointed = null, truth }: Options) {
  const strokes: Stroke[] = [];
  let dash: number[] = [];
  const context = {
    lineWidth: 0,
    strokeStyle: '',
    setLineDash: (d: number[]) => (dash = d),
    stroke(path: FakePath) {
      const { boxes, rings } = path;
      strokes.push({ boxes, rings, color: this.strokeStyle, width: this.lineWidth, dashed: dash.length > 0 });
    },
  };
  drawOverlay(
    context as unknown as CanvasRenderingContext2D,
    new Scene({ ...estimate, ...(truth ? { truth } : {}) }, 100),
    { viewport: { scale: 2, x: 1, y: 0 }, stage: { width: 300, height: 300 } },
    { layers: { outlines, boxes, masks: false, candidates, truth: true }, minimum, pointed },
  );
  const bright = strokes.filter((s) => s.color.startsWith('#'));
  return { bright, boxes: bright.flatMap((s) => s.boxes) };
}

describe('the overlay', () => {
  beforeEach(() => vi.stubGlobal('Path2D', FakePath));
  afterEach(() => vi.unstubAllGlobals());

  it('is coloured by probability where there is one', () => {
    const { bright } = draw({ outlines: false });
    expect(bright.map((s) => [s.color, s.boxes])).toEqual([
      [confidenceColor(0.8), [[1, 0, 20, 20]]],
      [confidenceColor(0.95), [[41, 0, 20, 20]]],
    ]);
  });

  it('hides detections below the slider', () => {
    expect(draw({ minimum: 0.9, outlines: false }).boxes).toEqual([[41, 0, 20, 20]]);
    expect(draw({ minimum: 0.2, outlines: false, candidates: true }).boxes).toHaveLength(3);
  });

  it('shows a detection without mask as a box where only outlines are shown', () => {
    const { bright, boxes } = draw({ boxes: false });
    expect(boxes).toEqual([[41, 0, 20, 20]]);
    expect(bright.map((s) => s.rings)).toEqual([1, 0]);
    expect(draw({ boxes: false, outlines: false }).boxes).toEqual([]);
  });

  it('shows candidates as thin dashed boxes, only when asked', () => {
    expect(draw({}).bright.some((s) => s.dashed)).toBe(false);
    const { bright } = draw({ candidates: true });
    const dashed = bright.filter((s) => s.dashed);
    expect(dashed.flatMap((s) => s.boxes)).toEqual([
      [81, 0, 10, 10],
      [101, 0, 10, 10],
    ]);
    expect(dashed[0]!.width).toBeLessThan(bright.find((s) => !s.dashed)!.width);
  });

  it('highlights the pointed detection, a candidate only while candidates are shown', () => {
    const thick = (options: Options) => draw(options).bright.filter((s) => s.width === 3);
    expect(thick({ pointed: estimate.detections[1]! }).map((s) => s.boxes)).toEqual([[[41, 0, 20, 20]]]);
    expect(thick({ pointed: estimate.detections[0]!, minimum: 0.9 })).toEqual([]);
    expect(thick({ pointed: estimate.candidates[0]! })).toEqual([]);
    expect(thick({ pointed: estimate.candidates[0]!, candidates: true })).toHaveLength(1);
  });

  it('marks found, missed and false ones apart by shape and colour', () => {
    const truth: TruthDto = {
      boxes: [
        [0, 0, 10, 10],
        [60, 60, 70, 70],
      ],
      found: [true, false],
      correct: [true, false],
      f1: 0.5,
    };
    const { bright } = draw({ truth });
    const rings = (color: string) => bright.find((s) => s.color === color)?.rings;
    // Four corners, one diamond, the two strokes of a cross.
    expect([truthColors.found, truthColors.missed, truthColors.wrong].map(rings)).toEqual([4, 1, 2]);
  });
});
