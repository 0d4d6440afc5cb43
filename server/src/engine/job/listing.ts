import { framesOf, type FrameChoice } from '../audit/chooseFrames';
import { findImages, naturalOrder } from '../audit/findImages';
import { walkFolder } from '../audit/walkFolder';
import { ExternalSort } from '../files/externalSort';

/**
 * The images of a folder in their natural order, as `findImages` lists them. The memory does not depend on their number,
 * unless the folder contains links: then two paths may lead to one picture, and all of them are kept.
 * @param temporary folder for sorted parts of the list; deleted at the end
 */
export async function* listImages(
  folder: string,
  temporary: string,
  frames: FrameChoice,
): AsyncGenerator<string, void, void> {
  const sort = new ExternalSort(temporary, naturalOrder);
  try {
    for await (const file of (await collect(folder, sort)) ? sort.sorted() : (await findImages([folder])).files)
      yield* await framesOf(file, frames);
  } finally {
    await sort.dispose();
  }
}

/** @returns false where the folder contains a link */
async function collect(folder: string, sort: ExternalSort): Promise<boolean> {
  for await (const { kind, file } of walkFolder(folder)) {
    if (kind === 'link') return false;
    if (kind === 'image') await sort.add(file);
  }
  return true;
}
