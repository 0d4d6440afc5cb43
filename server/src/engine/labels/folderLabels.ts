import path from 'node:path';
import type { Truth } from '../../core/evaluation/matchDetections';
import { printable } from '../../core/text/printable';
import { foreignBoxConvention } from './boxConvention';
import { LabelError, readCocoFile, type CocoAnnotation, type CocoFile } from './cocoFile';
import { countedCategories } from './countedCategories';
import { ImageNames } from './imageNames';
import { findLabelledPictures, plainName } from './labelledPictures';
import { labelsFileOf } from './labelsFile';
import { pictureTruth, type PictureSize } from './pictureTruth';
import { maskSize } from './segmentationBox';

/** A picture with its labels. */
export interface LabelledImage {
  /** Absolute path; the file exists. */
  readonly file: string;
  /** For grouped cross-validation: the image's domain, else the name of the folder. */
  readonly group: string;
  readonly truth: Truth;
  /** Pixels, from the labels or their masks; null if neither contains the size. */
  readonly size: PictureSize | null;
}

/** Labels of a folder. */
export interface FolderLabels {
  /** The labels file. */
  readonly source: string;
  readonly images: readonly LabelledImage[];
  /** File names, without folders, of all images that the labels list. */
  readonly names: readonly string[];
  /** Sentences about images without a truth because they are not found or have contradictory labels. */
  readonly problems: readonly string[];
  /** Existing pictures that the problems concern. */
  readonly refused: ReadonlySet<string>;
  /** Sentences about what was assumed or repaired. */
  readonly notes: readonly string[];
}

export interface LabelOptions {
  /** The detector's categories; annotations of others do not count. */
  readonly categories: readonly string[];
  /** Further folders to search for pictures. */
  readonly imageFolders?: readonly string[];
}

/**
 * Reads the labels of a folder and finds their pictures.
 * @returns null where the folder has no labels file
 * @throws LabelError where the file as a whole cannot be used
 */
export async function readFolderLabels(folder: string, options: LabelOptions): Promise<FolderLabels | null> {
  const source = await labelsFileOf(folder);
  return source === null ? null : readLabels(source, folder, options);
}

/**
 * Like {@link readFolderLabels}, with a labels file that may lie elsewhere.
 * @param folder of the pictures
 * @throws LabelError where the file as a whole cannot be used
 */
export async function readLabels(source: string, folder: string, options: LabelOptions): Promise<FolderLabels> {
  const coco = await readCocoFile(source);
  const convention = foreignBoxConvention(coco);
  if (coco.images.length === 0) throw new LabelError(`${coco.name}: images is empty.`);
  if (convention) throw new LabelError(convention);
  if (coco.annotations.length > 0 && coco.annotations.every((a) => a.crowd))
    throw new LabelError(
      `${coco.name}: all annotations are crowd regions (annotations[0].iscrowd is 1), which count neither as found nor as missed.`,
    );
  const { counts, notes: assumed } = countedCategories(coco, options.categories);
  if (coco.annotations.length === 0) assumed.push('annotations is empty, so that every detection counts as false.');
  if (coco.annotations.length > 0 && coco.annotations.every((a) => a.score !== null))
    assumed.push('All annotations have a score, so that they may be detections and not labels.');
  const owned = groupByImage(coco.annotations);
  const orphans = checkOwners(coco, owned);
  const names = new ImageNames([folder, ...(options.imageFolders ?? [])]);
  const { pictures, problems: unfound, refused: contradictory } = await findLabelledPictures(coco.images, names);
  const problems = [...(orphans ? [orphans] : []), ...unfound];
  const refused = new Set(contradictory);
  const images: LabelledImage[] = [];
  let repeated = 0;
  for (const { file, entries } of pictures) {
    const own = [...new Set(entries.map((e) => e.id))].flatMap((id) => owned.get(id) ?? []);
    const size = entries.find((e) => e.size)?.size ?? sizeOfMasks(own);
    const read = pictureTruth(own.filter(counts), size, entries[0]!.minSide);
    const fault = read.kind === 'fault' ? read.fault : own.length === 0 && orphans ? 'it has no annotations' : null;
    if (read.kind === 'fault' || fault) {
      refused.add(file);
      problems.push(`${printable(entries[0]!.name)} has no truth: ${fault}.`);
      continue;
    }
    repeated += read.repeated;
    images.push({ file, group: entries[0]!.domain ?? path.basename(path.resolve(folder)), truth: read.truth, size });
  }
  if (repeated > 0) assumed.push(`${repeated} repeated boxes count once.`);
  const say = (sentence: string) => `${coco.name}: ${sentence}`;
  const listed = coco.images.map((i) => path.posix.basename(plainName(i.name)));
  return { source, images, names: listed, problems: problems.map(say), refused, notes: assumed.map(say) };
}

/** Size of the image of the first mask with one; null without. */
function sizeOfMasks(annotations: readonly CocoAnnotation[]): PictureSize | null {
  for (const { segmentation } of annotations) {
    const size = maskSize(segmentation);
    if (size) return size;
  }
  return null;
}

/** A sentence about annotations of images that the file does not list; null without any. @throws LabelError if all are */
function checkOwners(coco: CocoFile, owned: ReadonlyMap<string, readonly CocoAnnotation[]>): string | null {
  const listed = new Set(coco.images.map((i) => i.id));
  const stray = [...owned].filter(([id]) => !listed.has(id)).flatMap(([, annotations]) => annotations);
  const [first] = stray;
  if (!first) return null;
  const which = `annotations[${first.index}].image_id ${printable(first.imageId)}`;
  if (stray.length === coco.annotations.length)
    throw new LabelError(`${coco.name}: no annotation belongs to an image of the file (${which}).`);
  return `${stray.length} of ${coco.annotations.length} annotations belong to no image of the file (${which}).`;
}

function groupByImage(annotations: readonly CocoAnnotation[]): Map<string, CocoAnnotation[]> {
  const groups = new Map<string, CocoAnnotation[]>();
  for (const a of annotations) {
    const group = groups.get(a.imageId);
    if (group) group.push(a);
    else groups.set(a.imageId, [a]);
  }
  return groups;
}
