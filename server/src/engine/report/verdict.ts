import path from 'node:path';
import { plural } from '../../core/text/plural';
import type { MeasureDto, QuantityDto, QuantityNameDto } from '../../protocol/quantities';
import { countLevels } from '../../protocol/levels';
import type { Reliability } from '../../protocol/vocabulary';
import { quantityTitle } from '../../core/quantities/quantities';
import { quantityText } from '../../core/text/quantityText';
import type { ReportInput } from './reportInput';

export type LevelCounts = Readonly<Record<Reliability, number>>;

/** Of all images, also of those that are not listed. */
export const totalImages = ({ estimates, whole }: ReportInput): number => whole?.images ?? estimates.length;
/** Number of images of each level, also of those that are not listed. */
export const levelsOf = ({ estimates, whole }: ReportInput): LevelCounts =>
  whole?.byReliability ?? countLevels(estimates);

/** The main result in one sentence. */
export function verdictSentence(input: ReportInput): string {
  const n = totalImages(input);
  const { reliable } = levelsOf(input);
  if (n === 0) return 'No image was audited.';
  if (reliable === n) return n === 1 ? 'The image can be used as it is.' : `All ${n} images can be used as they are.`;
  if (reliable === 0) return n === 1 ? 'The image cannot be used as it is.' : `None of ${n} images can be used as they are.`; // prettier-ignore
  return `${reliable} of ${n} images can be used as ${reliable === 1 ? 'it is' : 'they are'}.`;
}

/** The most important findings: the folder of most unreliable images, and what leaving images out would change. */
export function remarks(input: ReportInput): string[] {
  const { estimates, folder, quantities, whole } = input;
  if (whole) return [`The list below contains the ${estimates.length} worst of ${whole.images} images.`];
  const out: string[] = [];
  const unreliable = estimates.filter((e) => e.reliability === 'unreliable');
  const byFolder = new Map<string, number>();
  for (const e of unreliable) byFolder.set(path.dirname(e.file), (byFolder.get(path.dirname(e.file)) ?? 0) + 1);
  const folders = new Set(estimates.map((e) => path.dirname(e.file))).size;
  const [worst, most] = [...byFolder].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (folders > 1 && most >= 3 && most > unreliable.length / 2)
    out.push(`Folder ${path.relative(folder, worst) || '.'} contains ${most} of the ${plural(unreliable.length, 'unreliable image')}.`); // prettier-ignore
  const change = quantities?.reliable && keepingReliable(quantities.all, quantities.reliable);
  if (change) out.push(change);
  const labelled = estimates.flatMap((e) => {
    const truth = input.trueF1?.get(e.file);
    return e.f1 === null || truth === undefined ? [] : [Math.abs(e.f1 - truth)];
  });
  if (labelled.length)
    out.push(`Predicted F1 differs from the F1 by the labels by ${(labelled.reduce((a, b) => a + b, 0) / labelled.length).toFixed(2)} on average (${plural(labelled.length, 'labelled image')}).`); // prettier-ignore
  return out;
}

function keepingReliable(all: MeasureDto, reliable: MeasureDto): string | null {
  if (reliable.images === all.images) return null;
  for (const name of ['swellingPercent', 'arealDensity', 'arealFraction'] satisfies QuantityNameDto[]) {
    const [a, b] = [all[name], reliable[name]];
    if (!a || !b) continue;
    const text = ({ value, unit }: QuantityDto) => quantityText({ value, unit, low: null, high: null });
    return `Keeping only reliable images changes ${quantityTitle(name).toLowerCase()} from ${text(a)} to ${text(b)}.`;
  }
  return null;
}
