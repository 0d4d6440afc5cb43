import type { DetectionDto } from '../../../server/src/protocol/types';

const cell = 64;

/** Spatial index of boxes: each cell of 64 pixels lists the boxes that overlap it. */
export class DetectionGrid {
  private readonly cells = new Map<number, number[]>();
  private readonly columns: number;

  constructor(
    private readonly detections: readonly Pick<DetectionDto, 'box'>[],
    width: number,
  ) {
    this.columns = Math.ceil(width / cell) + 2;
    detections.forEach(({ box: [x0, y0, x1, y1] }, i) => {
      for (const key of this.keys(x0, y0, x1, y1)) {
        const list = this.cells.get(key);
        if (list) list.push(i);
        else this.cells.set(key, [i]);
      }
    });
  }

  /** Indices of the boxes that may touch a rectangle, ascending, each once. */
  within(x0: number, y0: number, x1: number, y1: number): number[] {
    const found = new Set<number>();
    // For a rectangle with more cells than boxes, all boxes are tested.
    if (((x1 - x0) / cell) * ((y1 - y0) / cell) > this.detections.length)
      return this.detections.flatMap(({ box: b }, i) => (b[2] < x0 || b[0] > x1 || b[3] < y0 || b[1] > y1 ? [] : [i]));
    for (const key of this.keys(x0, y0, x1, y1)) for (const i of this.cells.get(key) ?? []) found.add(i);
    return [...found].sort((a, b) => a - b);
  }

  private *keys(x0: number, y0: number, x1: number, y1: number): Generator<number> {
    const at = (v: number) => Math.floor(v / cell);
    for (let row = Math.max(0, at(y0)); row <= at(y1); row++)
      for (let column = Math.max(0, at(x0)); column <= Math.min(this.columns - 1, at(x1)); column++)
        yield row * this.columns + column;
  }
}
