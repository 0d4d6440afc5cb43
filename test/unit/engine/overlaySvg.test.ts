import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Estimate } from '../../../server/src/engine/engine.types';
import { overlaySvg } from '../../../server/src/engine/export/overlaySvg';

const image = { width: 400, height: 300, bitDepth: 8, nmPerPixel: 0.5, nmPerPixelSource: 'dm-calibration' };
const svgOf = (more: object) => overlaySvg({ image: { ...image, ...more } } as unknown as Estimate, null);
const bars = (svg: string) => [...svg.matchAll(/<rect [^>]*width="([\d.]+)" height="([\d.]+)" fill="#fff"/g)].map((m) => m.slice(1, 3).map(Number)); // prettier-ignore
const labels = (svg: string) => [...svg.matchAll(/<title>([^<]+)<\/title>/g)].map((m) => m[1]);

it('has one scale bar where pixels are square', () => {
  expect(bars(svgOf({}))).toEqual([[100, 4]]);
  expect(labels(svgOf({}))).toEqual(['50 nm']);
});

it('has a second, vertical one with its own length where they are not', () => {
  const svg = svgOf({ nmPerPixelY: 2 });
  expect(labels(svg)).toEqual(['50 nm', '100 nm']);
  expect(bars(svg)).toEqual([
    [100, 4],
    [4, 50],
  ]);
});

it('begins bars at whole pixels, so that the drawn length is that of the label', async () => {
  const size = { width: 448, height: 451 };
  const svg = svgOf({ ...size, nmPerPixel: 0.4 });
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject(size);
  const rows = Array.from({ length: size.height }, (_, y) =>
    data.subarray(y * size.width * 3, (y + 1) * size.width * 3),
  );
  const white = (row: Buffer) => Array.from({ length: size.width }, (_, x) => row[3 * x]! > 250).filter(Boolean).length;
  expect(labels(svg)).toEqual(['20 nm']);
  expect(Math.max(...rows.map(white))).toBe(20 / 0.4);
});
