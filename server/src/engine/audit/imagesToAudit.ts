import { chooseFrames, type FrameChoice } from './chooseFrames';
import { findImages, type FoundImages } from './findImages';

/** Selection of the images of an audit. */
export interface ImageSelection {
  /** Files, folders and globs. */
  readonly inputs: readonly string[];
  /** Inputs are paths, never globs. */
  readonly literal?: boolean;
  /** Globs of images inside folders; all readable formats unless given. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Of files with several images; the frame that each file's reader chooses unless given. */
  readonly frames?: FrameChoice;
}

/**
 * The images of a selection in the order in which they are audited, with the inputs that contain no image and the files
 * that no format can read.
 * @returns no images where the signal ended the search
 */
export async function imagesToAudit(
  { inputs, literal, include, exclude, frames }: ImageSelection,
  signal?: AbortSignal,
): Promise<FoundImages> {
  try {
    const found = await findImages(inputs, { literal, include, exclude, signal });
    return { ...found, files: await chooseFrames(found.files, frames ?? null) };
  } catch (error) {
    if (signal?.aborted) return { files: [], missing: [], skipped: [] };
    throw error;
  }
}
