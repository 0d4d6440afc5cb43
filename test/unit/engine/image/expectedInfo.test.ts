// Values of independent readers for real files of many instruments.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageInfo } from '../../../../server/src/engine/image/imageInfo';
import { recogniseFormat } from '../../../../server/src/engine/image/formats/registry';

const folder = '../shared/data/formats';
const present = fs.existsSync(path.join(folder, 'expected_info.json'));
type Expected = Record<string, string | number | null>;
const expected: Record<string, Expected> = present
  ? (JSON.parse(fs.readFileSync(path.join(folder, 'expected_info.json'), 'utf8')) as Record<string, Expected>)
  : {};

/** Where those readers ignore what the file says: orientation, pixel sizes of private tags, reciprocal metres taken for metres. */
const deliberate: Record<string, Expected> = {
  'poppies.tif': { width: 756, height: 1008 },
  'JEOL-SightX-TEM-mag-dummy.tif': { nmPerPixel: 25.4e6 / 93 / 150_000 },
  'FEI-Helios-Ebeam-8bits.tif': { nmPerPixel: 3372.4 },
  'FEI-Helios-navcam.tif': { nmPerPixel: (0.202732 / 768) * 1e9 },
  'test_tiff_Zeiss_SEM_1k.tif': { nmPerPixel: 2614.514 },
  'test_tiff_Zeiss_SEM_512pix.tif': { nmPerPixel: 11.649976 },
  '128x128x5-diffraction_preview_1.ser': { nmPerPixel: null },
  '16x16-line_profile_horizontal_5x128x128_EDS_2.ser': { nmPerPixel: null },
  '64x64_diffraction_acquire_1.ser': { nmPerPixel: null },
  // There, the bytes of the metadata were taken for the image.
  'fei_example_tem_stack.emd': { width: 3, height: 3, min: 0, max: 16, mean: 8, nmPerPixel: 0.008172883192297852 },
};

const readable = Object.keys(expected).filter((name) => {
  const head = Buffer.alloc(4096);
  const handle = fs.openSync(path.join(folder, name), 'r');
  const length = fs.readSync(handle, head, 0, 4096, 0);
  fs.closeSync(handle);
  return recogniseFormat(head.subarray(0, length)) !== null;
});

describe.skipIf(!present)('files of real instruments', () => {
  it('are all of a known format', () => expect(readable).toHaveLength(Object.keys(expected).length));

  it.each(readable)('%s', async (name) => {
    const found: Record<string, unknown> = { ...(await imageInfo({ file: path.join(folder, name), frame: null })) };
    for (const [key, value] of Object.entries({ ...expected[name], ...deliberate[path.basename(name)] }))
      if (typeof value === 'number') expect((found[key] as number) / (value || 1)).toBeCloseTo(value ? 1 : 0, 6);
      else expect(found[key]).toBe(value);
  });
});
