import { formatImageRef, parseImageRef } from '../../core/image/imageRef';
import { imageRef, openImage } from '../image/openImage';

/** Maximum number of frames of one file that are audited. */
const maxFrames = 10_000;

/** `null`: the frame that each file's reader chooses; a number: that frame of every file; `all`: every frame that is an image. */
export type FrameChoice = number | 'all' | null;

/**
 * Expands files to their images, written as `file#frame` where a frame is chosen. A file named with its own frame keeps
 * it; a file that cannot be opened, or that has one frame, stays as it is.
 */
export async function chooseFrames(files: readonly string[], choice: FrameChoice): Promise<readonly string[]> {
  if (choice === null) return files;
  const out: string[] = [];
  for (const file of files) out.push(...(await framesOf(file, choice)));
  return out;
}

/** The same for one file. */
export async function framesOf(file: string, choice: FrameChoice): Promise<readonly string[]> {
  if (choice === null) return [file];
  const ref = await imageRef(file);
  if (ref.frame !== null) return [file];
  return choice === 'all' ? imageFrames(file) : [formatImageRef({ file, frame: choice })];
}

async function imageFrames(file: string): Promise<string[]> {
  const open = await openImage({ file, frame: null });
  if (open.kind !== 'open') return [file];
  try {
    const { source } = open;
    if (source.frames === 1) return [file];
    const frames: number[] = [];
    for (let frame = 0; frame < source.frames && frames.length < maxFrames; frame++) {
      const kind = await source.describe(frame).then(
        (f) => f.kind,
        () => 'image',
      );
      if (kind === 'image') frames.push(frame);
      // Files with many planes of a spectrum contain no image between them.
      else if (frames.length === 0 && frame >= maxFrames) break;
    }
    return frames.length ? frames.map((frame) => formatImageRef({ file, frame })) : [file];
  } finally {
    await open.close();
  }
}

/** The name of an image with the frame that was used, where its file has several. */
export function nameWithFrame(
  name: string,
  image: { readonly frame?: number; readonly frames?: number } | null,
): string {
  if (image?.frame === undefined || parseImageRef(name).frame !== null) return name;
  return `${name}#${image.frame}`;
}
