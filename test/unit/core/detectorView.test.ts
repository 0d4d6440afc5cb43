import fs from 'node:fs';
import { expect, it } from 'vitest';
import type { DetectorDescription } from '../../../server/src/core/detection/description';
import { detectorView } from '../../../server/src/core/image/detectorView';

const { detector } = JSON.parse(fs.readFileSync('models/cavity-compact/model.json', 'utf8')) as {
  detector: DetectorDescription;
};
const view = (width: number, height: number, tiles = true) => detectorView({ width, height }, detector, tiles);

it('says how the embedded network sees images: enlarged, as they are, reduced, or in tiles', () => {
  expect(view(448, 448)).toMatchObject({ tiles: 0, scale: 704 / 448 });
  expect(view(700, 800)).toMatchObject({ tiles: 0, scale: 1, smallest: 4 });
  expect(view(1400, 1400)).toMatchObject({ tiles: 0, scale: 832 / 1400 });
  expect(view(1400, 1400).smallest).toBeCloseTo((4 * 1400) / 832, 9);
  // Tiles of 1024 pixels that overlap by at least 128: five in each direction.
  expect(view(4096, 4096)).toMatchObject({ tiles: 25, tileSize: 1024, scale: 832 / 1024 });
});

it('passes a large image whole to a model without tiles, which then finds no small cavities', () => {
  const whole = view(4096, 4096, false);
  expect(whole.tiles).toBe(0);
  expect(whole.smallest).toBeCloseTo((4 * 4096) / 832, 9);
});
