import { imageInfo } from '../engine/image/imageInfo';
import { imageRef } from '../engine/image/openImage';
import type { ImageInfoDto } from '../protocol/types';
import { exitCodes, number, UsageError, type Command } from './command';

export const info: Command = {
  summary: 'show what image files contain',
  usage: 'FILE... [--frame N] [--json]',
  details: `  --frame N           which image of a file with several, counted from 0; FILE#N means the same
  --json              one JSON object per line, schema tem-gauge/info@1; statistics are over raw values`,
  options: { frame: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }) {
    if (positionals.length === 0) throw new UsageError('Name at least one image file.');
    const frame = number(values, 'frame', 0, 1e7);
    if (frame !== undefined && !Number.isInteger(frame)) throw new UsageError('--frame is a whole number.');
    let readable = 0;
    for (const text of positionals) {
      const ref = await imageRef(text);
      const found = await imageInfo({ ...ref, frame: ref.frame ?? frame ?? null });
      if (!found.outcome) readable++;
      console.log(values.json ? JSON.stringify(found) : words(found));
    }
    return readable ? exitCodes.fine : exitCodes.couldNotRun;
  },
};

function words(i: ImageInfoDto): string {
  const lines = [i.file];
  if (i.width !== null)
    lines.push(
      `  ${i.format}, ${i.width} x ${i.height} pixels, ${i.dtype}, ${i.channels === 1 ? 'one channel' : `${i.channels} channels`}` +
        (i.frames! > 1 ? `, frame ${i.frame} of ${i.frames} (counted from 0)` : ''),
      `  pixel size: ${i.nmPerPixel === null ? 'unknown' : `${Number(i.nmPerPixel.toPrecision(6))} nm (${i.nmPerPixelSource})`}`,
    );
  if (i.nmPerPixelY !== undefined) lines.push(`  pixel size along y: ${Number(i.nmPerPixelY.toPrecision(6))} nm`);
  if (i.mean !== null) lines.push(`  values: ${i.min} to ${i.max}, mean ${Number(i.mean.toPrecision(6))}`);
  for (const [key, value] of Object.entries(i.metadata)) lines.push(`  ${key}: ${value}`);
  if (i.outcome) lines.push(`  ${i.outcome}: ${i.reason}`);
  return lines.join('\n');
}
