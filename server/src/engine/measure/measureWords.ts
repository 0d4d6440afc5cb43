import { causesInWords } from '../../core/quantities/causes';
import { quantityNames, quantityTitle } from '../../core/quantities/quantities';
import { quantityText, shortNumber } from '../../core/text/quantityText';
import type { FoilDto, MeasureDto, MeasureViewDto, QuantityNameDto } from '../../protocol/quantities';
import type { Foil } from './foil';

/** Sentence about pixels that are not square. */
export const anisotropySentence = (x: number, y: number): string =>
  `Pixels of ${shortNumber(x)} nm along x and ${shortNumber(y)} nm along y; all quantities use both.`;

/** "Swelling 1.4 % (0.9 to 2.1); most of it from foil thickness (61 %) and missed cavities (22 %)", or why it is not available. */
function quantityInWords(m: MeasureDto, name: QuantityNameDto): string {
  const q = m[name];
  if (!q) return `${quantityTitle(name)} n.a.: ${m.reasons[name] ?? m.reasons.all ?? ''}`;
  const why = causesInWords(q.causes);
  return `${quantityTitle(name)} ${quantityText(q)}${why ? `; ${why}` : ''}`;
}

/** Source of a thickness that was not typed; null otherwise. */
export const thicknessSentence = (m: MeasureDto): string | null =>
  m.thicknessSource === undefined
    ? null
    : `Foil of ${shortNumber(m.thicknessNm!)} nm ± ${Math.round(100 * m.thicknessUncertainty)} % from ${m.thicknessSource === 'file' ? 'the file' : 'the table beside the image'}.`;

/**
 * A line per known quantity, then one per reason with the quantities that are not available for it; without their names if
 * none is available.
 */
export function quantityLines(m: MeasureDto): string[] {
  const known = quantityNames.filter((name) => m[name] !== null).map((name) => quantityInWords(m, name));
  const absent = new Map<string, string[]>();
  for (const name of quantityNames) {
    if (m[name] !== null) continue;
    const reason = m.reasons[name] ?? m.reasons.all ?? '';
    absent.set(reason, [...(absent.get(reason) ?? []), quantityTitle(name)]);
  }
  const named = (titles: readonly string[]) => (known.length > 0 || absent.size > 1 ? `${titles.join(', ')}. ` : '');
  return [...known, ...[...absent].map(([reason, titles]) => `Not available: ${named(titles)}${reason}`)];
}

/** Every quantity in numbers, for the editor, which puts them into words of its language. */
export const measureView = (m: MeasureDto, typed: Foil): MeasureViewDto => ({
  lines: quantityNames.map((name) => {
    const quantity = m[name];
    return { name, quantity, reason: quantity ? '' : (m.reasons[name] ?? m.reasons.all ?? '') };
  }),
  images: m.images,
  detections: m.detections,
  cut: m.cut,
  foil: foilView(m, typed),
});

function foilView({ thicknessNm, thicknessUncertainty, thicknessSource }: MeasureDto, typed: Foil): FoilDto | null {
  if (thicknessNm === null) return null;
  const source = typed.thicknessNm === null ? (thicknessSource ?? 'images') : 'typed';
  return { thicknessNm, thicknessUncertainty, source };
}
