import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Estimate } from '../../../../server/src/engine/engine.types';
import { folderSizes } from '../../../../server/src/engine/image/folderSizes';
import { resolvePixelSize } from '../../../../server/src/engine/image/resolvePixelSize';
import { resolveThickness } from '../../../../server/src/engine/image/resolveThickness';
import { foilOf } from '../../../../server/src/engine/measure/foil';
import { FolderMeasurement } from '../../../../server/src/engine/measure/measureFolder';
import { thicknessSentence } from '../../../../server/src/engine/measure/measureWords';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tg-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const table = (content: string) => fs.writeFileSync(path.join(folder, 'image_nm_pixel_conversions.csv'), content);
const of = (name: string, facts: { thicknessNm?: number } = {}) =>
  resolveThickness(path.join(folder, name), facts, folderSizes());

it('takes the thickness, and its deviation, from the table beside an image', async () => {
  table(
    'image,nm/pixel,Thickness (nm),Thickness uncertainty (nm)\na.png,0.5,80,8\nb.png,0.5,60,\nc.png,0.5,unknown,\n',
  );
  expect(await of('a.png')).toEqual({ thicknessNm: 80, thicknessUncertainty: 0.1, thicknessSource: 'table' });
  expect(await of('b.png#2')).toEqual({ thicknessNm: 60, thicknessSource: 'table' });
  expect(await of('c.png')).toBeNull();
  expect(await of('d.png')).toBeNull();
  // What the file itself contains comes first.
  expect(await of('a.png', { thicknessNm: 85 })).toEqual({ thicknessNm: 85, thicknessSource: 'file' });
  const size = await resolvePixelSize(path.join(folder, 'a.png'), { nmPerPixel: null, nmPerPixelSource: null }, 0);
  expect(size).toEqual({ nmPerPixel: 0.5, nmPerPixelSource: 'sidecar' });
});

it.each([
  ['a table of thicknesses alone', 'file;foil thickness [nm]\na.png;72,5\n', 72.5],
  ['a heading without a unit', 'image,nm/pixel,thickness\na.png,0.5,80\n', null],
  ['two values of one image', 'image,nm/pixel,thickness_nm\na.png,0.5,80\na.png,0.5,90\n', null],
  ['a table that is not understood', 'image,scale\na.png,0.5\n', null],
])('%s', async (_, content, nm) => {
  table(content);
  expect((await of('a.png'))?.thicknessNm ?? null).toBe(nm);
});

const estimate = (name: string, thickness: Partial<NonNullable<Estimate['image']>>): Estimate =>
  ({
    file: `/a/${name}`,
    outcome: 'estimated',
    reliability: 'reliable',
    f1: 1,
    image: { width: 1000, height: 1000, bitDepth: 8, nmPerPixel: 0.5, nmPerPixelSource: 'sidecar', ...thickness },
    contentKey: name,
    performance: Array.from({ length: 20 }, () => [1, 1] as const),
    rejected: null,
    instances: {
      imageSize: { width: 1000, height: 1000 },
      boxes: Float32Array.from([100, 100, 140, 140, 500, 500, 540, 540]),
      scores: new Float32Array(2).fill(1),
      classIds: new Int32Array(2),
      probabilities: new Float32Array(2).fill(0.99),
    },
  }) as unknown as Estimate;

it('measures each image with its own thickness, and all with a typed one', () => {
  const table = { thicknessNm: 80, thicknessUncertainty: 0.1, thicknessSource: 'table' } as const;
  const images = [estimate('a', table), estimate('b', { thicknessNm: 40, thicknessSource: 'file' }), estimate('c', {})];
  const density = (nm: number) => (1e27 * 2) / (500 * 500 * nm);
  const known = new FolderMeasurement('/a', foilOf({}));
  const [a, b, c] = images.map((e) => known.add(e));
  expect(a).toMatchObject(table);
  expect(a!.numberDensity!.detected / density(80)).toBeCloseTo(1, 4);
  expect(b).toMatchObject({ thicknessNm: 40, thicknessUncertainty: 0.2, thicknessSource: 'file' });
  expect(b!.numberDensity!.detected / density(40)).toBeCloseTo(1, 4);
  // The interval of a less certain thickness is wider.
  const width = ({ numberDensity: q }: typeof a & object) => (q!.high! - q!.low!) / q!.value;
  expect(width(b!)).toBeGreaterThan(1.5 * width(a!));
  expect(c).toMatchObject({ thicknessNm: null, numberDensity: null });
  expect(known.folder()).toMatchObject({ thicknessNm: null, images: 3 });
  // Of the two images whose thickness is known: four cavities in both volumes.
  expect(known.folder().numberDensity!.detected / ((1e27 * 4) / (250_000 * 120))).toBeCloseTo(1, 4);
  expect([a, b, c].map((m) => thicknessSentence(m!))).toEqual([
    'Foil of 80 nm ± 10 % from the table beside the image.',
    'Foil of 40 nm ± 20 % from the file.',
    null,
  ]);
  const typed = new FolderMeasurement('/a', foilOf({ thicknessNm: 100 }));
  for (const e of images) {
    const m = typed.add(e);
    expect(m).toMatchObject({ thicknessNm: 100, thicknessUncertainty: 0.2 });
    expect(m.thicknessSource).toBeUndefined();
    expect(m.numberDensity!.detected / density(100)).toBeCloseTo(1, 4);
  }
});
