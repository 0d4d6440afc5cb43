import { describe, expect, it } from 'vitest';
import { dragWindow, greyTable } from '../../../media/preview/canvas/greyTable';
import { levelFor, visibleTiles } from '../../../media/preview/canvas/pictureLayer';
import { drawScaleBar } from '../../../media/preview/canvas/scaleBar';
import { thin } from '../../../media/preview/canvas/scene';
import { keyAction } from '../../../media/preview/keyboard';
import { keys } from '../../../media/preview/panels/keyList';

const plain = { window: { low: 100, high: 200 }, inverted: false, gamma: 1 };
const eight = { bytesPerPixel: 1, low: 0, step: 1 } as const;
const grey = (table: Uint32Array, i: number) => table[i]! & 255;

describe('grey values on screen', () => {
  it('run from black to white over the window, opaque', () => {
    const table = greyTable(eight, plain);
    expect([99, 100, 150, 200, 255].map((i) => grey(table, i))).toEqual([0, 0, 128, 255, 255]);
    expect(table[150]! >>> 24).toBe(255);
  });
  it('can be inverted, bent by gamma, and are those of the original image', () => {
    expect(grey(greyTable(eight, { ...plain, inverted: true }), 100)).toBe(255);
    expect(grey(greyTable(eight, { ...plain, gamma: 2 }), 150)).toBe(64);
    expect(
      grey(greyTable({ bytesPerPixel: 2, low: -1, step: 0.5 }, { ...plain, window: { low: 0, high: 1 } }), 3),
    ).toBe(128);
  });
  it('follow a drag: right widens the window, down raises its level', () => {
    const wider = dragWindow({ low: 100, high: 200 }, 1000, 100, 0);
    expect(wider.high - wider.low).toBeGreaterThan(100);
    expect((wider.high + wider.low) / 2).toBeCloseTo(150);
    const raised = dragWindow({ low: 100, high: 200 }, 1000, 0, 50);
    expect(raised.low).toBeCloseTo(200);
    const narrowest = dragWindow({ low: 100, high: 100.001 }, 1000, -1000, 0);
    expect(narrowest.high).toBeGreaterThan(narrowest.low);
  });
});

describe('levels and tiles', () => {
  const levels = [4096, 2048, 1024].map((n) => ({ width: n, height: n }));
  it.each([
    [0.1, 2],
    [0.25, 2],
    [0.5, 1],
    [0.6, 0],
    [4, 0],
  ])('at %s screen pixels per pixel is level %i', (scale, level) => expect(levelFor(levels, scale)).toBe(level));
  it('asks for the tiles on the stage alone', () => {
    const view = { sx: 1, sy: 1, x: -600, y: 10 };
    const tiles = visibleTiles({ level: 0, size: { width: 4096, height: 700 }, tileSize: 512 }, view, {
      width: 500,
      height: 2000,
    });
    expect(tiles.map((t) => [t.column, t.row])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
      [2, 1],
    ]);
  });
});

it('has a scale bar of a round length', () => {
  const rectangles: number[][] = [];
  const labels: string[] = [];
  const context = {
    fillRect: (...r: number[]) => void rectangles.push(r),
    fillText: (text: string) => void labels.push(text),
  };
  for (const nmPerScreenPixel of [0.351, 20, 0.002])
    drawScaleBar(
      context as unknown as CanvasRenderingContext2D,
      { x: nmPerScreenPixel, y: nmPerScreenPixel },
      { width: 300, height: 200 },
    );
  expect(labels).toEqual(['20 nm', '2 µm', '0.2 nm']);
  expect(rectangles[1]![2]).toBeCloseTo(20 / 0.351);
  // Pixels that are not square: a second bar, as tall as its own length in nm.
  rectangles.length = labels.length = 0;
  drawScaleBar(context as unknown as CanvasRenderingContext2D, { x: 0.351, y: 3 }, { width: 300, height: 300 });
  expect(labels).toEqual(['20 nm', '200 nm']);
  expect(rectangles[3]![3]).toBeCloseTo(200 / 3);
});

it('thins outlines for small scales but keeps a shape', () => {
  const circle = Array.from({ length: 60 }, (_, i) => [20 * Math.cos(i / 9.55), 20 * Math.sin(i / 9.55)]).flat();
  const thinned = thin(circle, 8);
  expect(thinned.length).toBeLessThan(40);
  expect(thinned.length).toBeGreaterThanOrEqual(12);
  expect(thin(circle, 500)).toHaveLength(6);
});

describe('keys', () => {
  it('do not include the editor’s own keys', () => {
    const press = (key: string, ctrlKey = false) => keyAction({ key, ctrlKey, metaKey: false, altKey: false });
    expect([press('w'), press('w', true), press('x')]).toEqual(['contrast', null, null]);
  });
  it('are all in the list under ?', () => {
    const listed = keys.map(([key]) => key).join(' ');
    for (const key of [
      '+',
      '0',
      '1',
      ',',
      '.',
      'n',
      'j',
      'k',
      'o',
      'b',
      'm',
      'c',
      't',
      'w',
      'a',
      'f',
      'r',
      'i',
      'p',
      'e',
      '?',
    ])
      expect(listed).toContain(key);
  });
});
