import path from 'node:path';
import { TableError } from '../files/table';
import type { ImageFacts } from './formats/format';
import type { FolderSizes } from './folderSizes';
import { imageRef } from './openImage';
import { sidecarPixelSizes, thicknessIn } from './pixelSize';

/** Foil thickness of an image as its file, or the table beside it, gives it. */
export interface KnownThickness {
  readonly thicknessNm: number;
  /** Standard deviation over value; absent where it is not given. */
  readonly thicknessUncertainty?: number;
  /** `file`, or `table` for the one beside the image. */
  readonly thicknessSource: 'file' | 'table';
}

/** @returns null where nobody wrote a thickness with its unit; never guessed */
export async function resolveThickness(
  image: string,
  { thicknessNm }: Pick<ImageFacts, 'thicknessNm'>,
  beside?: Pick<FolderSizes, 'thickness'>,
): Promise<KnownThickness | null> {
  if (thicknessNm !== undefined) return { thicknessNm, thicknessSource: 'file' };
  const { file } = await imageRef(image);
  const found = await (beside ? beside.thickness(file) : besideImage(file)).catch((error: unknown) => {
    // The pixel size comes from the same table, and says why it cannot be used.
    if (error instanceof TableError) return null;
    throw error;
  });
  if (!found) return null;
  const { nm, uncertainty } = found;
  return {
    thicknessNm: nm,
    ...(uncertainty === null ? {} : { thicknessUncertainty: uncertainty }),
    thicknessSource: 'table',
  };
}

async function besideImage(file: string) {
  const table = await sidecarPixelSizes(path.dirname(file));
  return table && thicknessIn(table, file);
}
