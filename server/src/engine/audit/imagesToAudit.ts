import { chooseFrames, type FrameChoice } from './chooseFrames';
import { findImages, type FoundImages } from './findImages';

/** Which images an audit is asked for. */
export interface ImageSelection {
  /** Files, folders and globs. */
  readonly inputs: readonly string[];
  /** Globs of images inside folders; all readable formats unless given. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Of files with several images; the frame that each file's reader chooses unless given. */
  readonly frames?: FrameChoice;
}

/** The images of a selection in the order in which they are audited, with what names none and what no reader takes. */
export async function imagesToAudit({ inputs, include, exclude, frames }: ImageSelection): Promise<FoundImages> {
  const found = await findImages(inputs, { include, exclude });
  return { ...found, files: await chooseFrames(found.files, frames ?? null) };
}
