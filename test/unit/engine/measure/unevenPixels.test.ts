import { describe, expect, it } from 'vitest';
import { encodeWindow, type Rle } from '../../../../server/src/core/geometry/rle';
import type { Estimate } from '../../../../server/src/engine/engine.types';
import { ExportTables } from '../../../../server/src/engine/export/exportTables';
import { foilOf } from '../../../../server/src/engine/measure/foil';
import { FolderMeasurement } from '../../../../server/src/engine/measure/measureFolder';
import type { QuantityNameDto } from '../../../../server/src/protocol/quantities';

// Ellipses of known axes in nm, drawn in pixels of 0.4 nm by 1 nm: every quantity must be that of the ellipses.
const nm = { x: 0.4, y: 1 };
const size = { width: 1000, height: 400 };
const [a, b] = [36, 18];
/** Centres in nm: two pairs, 80 nm apart along x, and 100 nm apart along y. */
const centres = [[120, 120], [200, 120], [120, 260], [200, 260]] as const; // prettier-ignore

/** A mask of the pixels whose centres lie in an ellipse. */
function ellipse([cx, cy]: readonly [number, number], degrees: number): Rle {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const bits = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const [dx, dy] = [(x + 0.5) * nm.x - cx, (y + 0.5) * nm.y - cy];
      if (((dx * cos + dy * sin) / a) ** 2 + ((dy * cos - dx * sin) / b) ** 2 <= 1) bits[y * size.width + x] = 1;
    }
  return encodeWindow(bits, { x: 0, y: 0, ...size }, size);
}

function estimateOf(degrees: number): Estimate {
  const masks = centres.map((c) => ellipse(c, degrees));
  return {
    file: '/a/uneven.mrc',
    outcome: 'estimated',
    reliability: 'reliable',
    f1: 1,
    image: { ...size, bitDepth: 8, nmPerPixel: nm.x, nmPerPixelY: nm.y, nmPerPixelSource: 'mrc-cell' },
    contentKey: 'uneven',
    performance: Array.from({ length: 20 }, () => [1, 1] as const),
    rejected: null,
    instances: {
      imageSize: size,
      boxes: Float32Array.from(centres.flatMap(([x, y]) => [x / nm.x - 1, y - 1, x / nm.x + 1, y + 1])),
      scores: new Float32Array(4).fill(1),
      classIds: new Int32Array(4),
      probabilities: new Float32Array(4).fill(0.99),
      masks,
    },
  } as unknown as Estimate;
}

/** Perimeter of the ellipse over that of the circle of equal area (Ramanujan 1914). */
const heywood = (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b))) / (2 * Math.sqrt(a * b));

describe.each([0, 30, 90])('cavities in pixels of unequal sides, turned by %i°', (degrees) => {
  const estimate = estimateOf(degrees);
  const folder = new FolderMeasurement('/a', foilOf({ thicknessNm: 80 }));
  const image = folder.add(estimate);
  const diameter = 2 * Math.sqrt(a * b);
  const frame = size.width * nm.x * size.height * nm.y;
  const volume = 4 * (Math.PI / 6) * diameter ** 3;
  it.each([
    ['meanDiameterNm', diameter],
    ['feretMaxNm', 2 * a],
    ['heywood', heywood],
    ['arealFraction', (4 * Math.PI * a * b) / frame],
    ['arealDensity', (1e4 * 4) / frame],
    ['numberDensity', (1e27 * 4) / (frame * 80)],
    ['swellingPercent', (100 * volume) / (frame * 80 - volume)],
    ['neighbourDistanceNm', 80],
  ] satisfies [QuantityNameDto, number][])('%s', (name, truth) => {
    // Pixels of 1 nm on a length of 36 nm; their hull is up to half a pixel outside of the ellipse.
    expect(Math.abs(image[name]!.detected / truth - 1)).toBeLessThan(0.025);
    expect(Math.abs(folder.folder()[name]!.detected / truth - 1)).toBeLessThan(0.025);
  });

  it('gives both sizes of the pixels, also for the folder and in tables', () => {
    for (const m of [image, folder.folder()]) expect(m).toMatchObject({ nmPerPixel: nm.x, nmPerPixelY: nm.y });
    const tables = new ExportTables('/a', foilOf({}));
    tables.add('uneven.mrc', estimate);
    const [header, row] = tables.tabs('cavities').split(/\r?\n/).map((line) => line.split('\t')); // prettier-ignore
    const cell = (name: string) => Number(row![header!.indexOf(name)]);
    expect([cell('nmPerPixel'), cell('nmPerPixelY')]).toEqual([nm.x, nm.y]);
    expect(Math.abs(cell('feretMaxNm') / (2 * a) - 1)).toBeLessThan(0.025);
    expect(Math.abs(cell('equivalentDiameterNm') / diameter - 1)).toBeLessThan(0.01);
    // In the picture's pixels an ellipse along x is longer by 1 / 0.4.
    if (degrees === 0) expect(Math.abs(cell('feretMaxPx') / ((2 * a) / nm.x) - 1)).toBeLessThan(0.025);
  });
});
