import path from 'node:path';
import { LabelError, readCocoFile } from './cocoFile';
import { ImageNames } from './imageNames';
import { findLabelledPictures } from './labelledPictures';
import { labelsFileOf } from './labelsFile';

/**
 * COCO ids of pictures, so that exported results can be scored against the labels of their folder.
 * @param folder its labels are used, else those of the folder above it
 * @returns ids by absolute path; empty where there are no labels that can be used, or an id is not a whole number
 */
export async function labelledImageIds(folder: string): Promise<ReadonlyMap<string, number>> {
  const none = new Map<string, number>();
  for (const place of [folder, path.dirname(path.resolve(folder))]) {
    const source = await labelsFileOf(place);
    if (source === null) continue;
    const coco = await readCocoFile(source).catch((error: unknown) => {
      if (error instanceof LabelError) return null;
      throw error;
    });
    if (!coco) return none;
    const { pictures } = await findLabelledPictures(coco.images, new ImageNames([place]));
    const ids = new Map(pictures.map(({ file, entries }) => [file, Number(entries[0]!.id)]));
    const values = [...ids.values()];
    return values.every(Number.isSafeInteger) && new Set(values).size === values.length ? ids : none;
  }
  return none;
}
