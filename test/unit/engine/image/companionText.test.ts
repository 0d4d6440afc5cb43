import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { companionLister, companionSizeOf, companionSizes } from '../../../../server/src/engine/image/companionText';
import { imageInfo } from '../../../../server/src/engine/image/imageInfo';
import { resolvePixelSize } from '../../../../server/src/engine/image/resolvePixelSize';
import { buildTiff } from '../tiffBuilder';

const hitachi =
  '[TemImageFile]\r\nInstructName=HT7800\r\nDataSize=64x48\r\nPixelSize=0.4961\r\nMagnification=50000\r\n';
const jeol = '$CM_FORMAT JEOL\r\n$CM_MAG 50000\r\n$$SM_MICRON_BAR 160\r\n$$SM_MICRON_MARKER 100nm\r\n';

describe('the text that a microscope writes beside an image', () => {
  it('of Hitachi states nm per pixel, or a length with a unit', () => {
    expect(companionSizeOf(hitachi, 64)).toEqual({ nmPerPixel: 0.4961, nmPerPixelSource: 'hitachi-text' });
    expect(companionSizeOf(hitachi.replace('Tem', 'Sem').replace('0.4961', '2 um'))?.nmPerPixel).toBe(2000);
  });

  it('of JEOL states a number of pixels and their length', () => {
    expect(companionSizeOf(jeol)).toEqual({ nmPerPixel: 0.625, nmPerPixelSource: 'jeol-text' });
    expect(companionSizeOf(jeol.replace('100nm', '1um'))?.nmPerPixel).toBe(6.25);
  });

  it('is not used for an image of another width, or without a number or a unit', () => {
    expect(companionSizeOf(hitachi, 128)).toBeNull();
    expect(companionSizeOf(`$CM_FULL_SIZE 1280 960\n${jeol}`, 640)).toBeNull();
    expect(companionSizeOf(`$CM_FULL_SIZE 1280 960\n${jeol}`, 1280)).not.toBeNull();
    for (const size of ['', '0', '-1', 'unknown', '3 pixels'])
      expect(companionSizeOf(hitachi.replace('0.4961', size))).toBeNull();
    for (const bar of ['0', 'x', '']) expect(companionSizeOf(jeol.replace('160', bar))).toBeNull();
    expect(companionSizeOf(jeol.replace('100nm', '100'))).toBeNull();
    expect(companionSizeOf('PixelSize=0.4961')).toBeNull();
  });
});

describe('an image with such a text beside it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  const image = path.join(folder, 'a.tif');
  fs.writeFileSync(
    image,
    buildTiff({ width: 64, height: 48, pixels: Uint16Array.from({ length: 64 * 48 }, (_, i) => i), sampleFormat: 1 }),
  );
  const unknown = { nmPerPixel: null, nmPerPixelSource: null, width: 64 };

  it('has its pixel size, in UTF-16 too, unless the file has its own', async () => {
    fs.writeFileSync(path.join(folder, 'a.txt'), Buffer.from(`\ufeff${hitachi}`, 'utf16le'));
    expect(await imageInfo({ file: image, frame: null })).toMatchObject({
      nmPerPixel: 0.4961,
      nmPerPixelSource: 'hitachi-text',
    });
    const own = { nmPerPixel: 2, nmPerPixelSource: 'tiff-tags' };
    expect(await resolvePixelSize(image, { ...own, width: 64 }, 0)).toEqual(own);
  });

  it('is not disturbed by a folder or by notes of that name', async () => {
    fs.rmSync(path.join(folder, 'a.txt'));
    fs.writeFileSync(path.join(folder, 'a.TXT'), 'pixel size about 3 nm\n');
    expect(await resolvePixelSize(image, unknown, 0)).toMatchObject({ nmPerPixel: null });
    fs.rmSync(path.join(folder, 'a.TXT'));
    fs.mkdirSync(path.join(folder, 'a.txt'));
    expect(await resolvePixelSize(image, unknown, 7)).toMatchObject({ nmPerPixel: 7, nmPerPixelSource: 'setting' });
  });

  it('is found for many images too, also when it comes later', async () => {
    fs.rmSync(path.join(folder, 'a.txt'), { recursive: true });
    const list = companionLister();
    const companion = companionSizes(list);
    expect(await companion(image, 64)).toBeNull();
    expect(await companion(image, 64)).toBeNull();
    fs.writeFileSync(path.join(folder, 'a.txt'), hitachi);
    expect(await companion(image, 64)).toMatchObject({ nmPerPixelSource: 'hitachi-text' });
    expect(await companion(path.join(folder, 'b.tif'), 64)).toBeNull();
    expect(await companion(path.join(folder, 'absent', 'b.tif'), 64)).toBeNull();
  });
});
