import { formatImageRef, type ImageRef } from '../../core/image/imageRef';
import { rawStatistics } from '../../core/image/rawImage';
import type { ImageInfoDto } from '../../protocol/types';
import { asRefusal, openImage, refusalOf } from './openImage';
import { resolvePixelSize } from './resolvePixelSize';

const empty = {
  format: null,
  frame: null,
  width: null,
  height: null,
  frames: null,
  channels: null,
  dtype: null,
  nmPerPixel: null,
  nmPerPixelSource: null,
  min: null,
  max: null,
  mean: null,
  metadata: {},
} as const;

/**
 * Facts of an image, with the pixel size that an audit would use, and statistics of its raw values. A file that cannot be estimated has `outcome` and
 * `reason`, in addition to everything that could be read.
 */
export async function imageInfo(ref: ImageRef): Promise<ImageInfoDto> {
  const schema = 'tem-gauge/info@1';
  const file = formatImageRef(ref);
  const open = await openImage(ref);
  if (open.kind !== 'open') return { schema, file, ...empty, outcome: open.kind, reason: open.reason };
  const { facts, source, frame } = open;
  const { width, height, channels, dtype, nmPerPixelY, title, metadata } = facts;
  const { nmPerPixel, nmPerPixelSource } = facts.kind === 'image' ? await resolvePixelSize(file, facts, 0) : facts;
  const known = {
    schema,
    file,
    format: source.format,
    frame,
    width,
    height,
    frames: source.frames,
    channels,
    dtype,
    nmPerPixel,
    ...(nmPerPixelY === undefined ? {} : { nmPerPixelY }),
    nmPerPixelSource,
    metadata: { ...(title ? { title } : {}), ...(facts.kind === 'image' ? {} : { kind: facts.kind }), ...metadata },
  } as const;
  try {
    const statistics = rawStatistics(await source.read(frame)) ?? { min: null, max: null, mean: null };
    const refusal = refusalOf(facts);
    return { ...known, ...statistics, ...(refusal ? { outcome: refusal.kind, reason: refusal.reason } : {}) };
  } catch (error) {
    const refusal = asRefusal(error);
    return { ...known, min: null, max: null, mean: null, outcome: refusal.kind, reason: refusal.reason };
  } finally {
    await open.close();
  }
}
