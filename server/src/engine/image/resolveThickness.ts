import { TableError } from '../files/table';
import type { ImageFacts } from './formats/format';
import type { FolderSizes } from './folderSizes';
import { imageRef } from './openImage';

/** Foil thickness of an image from its file or the table beside it. */
export interface KnownThickness {
  readonly thicknessNm: number;
  /** Standard deviation over value; absent where it is not given. */
  readonly thicknessUncertainty?: number;
  /** `file`, or `table` for the one beside the image. */
  readonly thicknessSource: 'file' | 'table';
}

/**
 * Foil thickness of an image, from its file or else from the table beside it.
 * @returns null where neither contains a thickness with its unit; never guessed
 */
export async function resolveThickness(
  image: string,
  { thicknessNm }: Pick<ImageFacts, 'thicknessNm'>,
  beside: Pick<FolderSizes, 'thickness'>,
): Promise<KnownThickness | null> {
  if (thicknessNm !== undefined) return { thicknessNm, thicknessSource: 'file' };
  const { file } = await imageRef(image);
  const found = await beside.thickness(file).catch((error: unknown) => {
    // The reason is reported with the pixel size, which comes from the same table.
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
