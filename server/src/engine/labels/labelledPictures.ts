import { printable } from '../../core/text/printable';
import type { CocoImage } from './cocoFile';
import type { ImageNames } from './imageNames';

/** A picture and its entries in a labels file; merged exports contain several entries per picture. */
interface LabelledPicture {
  readonly file: string;
  readonly entries: readonly CocoImage[];
}

export interface LabelledPictures {
  readonly pictures: readonly LabelledPicture[];
  readonly problems: readonly string[];
  /** Existing pictures whose entries contradict each other. */
  readonly refused: readonly string[];
}

/** Finds the picture of each entry; entries that are not found or contradict each other become problems. */
export async function findLabelledPictures(images: readonly CocoImage[], names: ImageNames): Promise<LabelledPictures> {
  const problems: string[] = [];
  const refused: string[] = [];
  const found = new Map<string, { entry: CocoImage; elsewhere: boolean }[]>();
  const missing: string[] = [];
  const namesOf = new Map<string, Set<string>>();
  for (const { id, name } of images) namesOf.set(id, (namesOf.get(id) ?? new Set()).add(plainName(name)));
  for (const entry of images) {
    const place = await names.find(entry.name);
    if (place.kind === 'absent') missing.push(entry.name);
    else if (place.kind === 'ambiguous')
      problems.push(
        `${printable(entry.name)} (file_name) is not found; ${place.files.length} pictures in other folders have its name.`,
      );
    else found.set(place.file, [...(found.get(place.file) ?? []), { entry, elsewhere: place.elsewhere }]);
  }
  for (const [id, files] of namesOf)
    if (files.size > 1)
      problems.push(
        `The image id ${printable(id)} stands for ${files.size} files: ${list([...files])}; none of them has a truth.`,
      );
  if (missing.length > 0)
    problems.push(
      `${missing.length} ${missing.length === 1 ? 'image is' : 'images are'} not found (file_name): ${list(missing)}.`,
    );
  const pictures: LabelledPicture[] = [];
  for (const [file, places] of found) {
    const entries = places.map((p) => p.entry);
    const written = new Set(entries.map((e) => plainName(e.name)));
    const sizes = new Set(entries.flatMap((e) => (e.size ? [`${e.size.width}×${e.size.height}`] : [])));
    if (entries.some((e) => namesOf.get(e.id)!.size > 1)) refused.push(file);
    else if (written.size > 1 && places.some((p) => p.elsewhere)) {
      refused.push(file);
      problems.push(
        `${list([...written])} (file_name) are not found; one picture, ${printable(file)}, has their name.`,
      );
    } else if (sizes.size > 1) {
      refused.push(file);
      problems.push(`${printable(entries[0]!.name)} has several sizes (width, height): ${[...sizes].join(', ')}.`);
    } else pictures.push({ file, entries });
  }
  return { pictures, problems, refused };
}

/** Forward slashes and one Unicode normalisation. */
export const plainName = (name: string) => name.trim().replaceAll('\\', '/').normalize('NFC');

const list = (names: readonly string[]) => names.map(printable).join(', ');
