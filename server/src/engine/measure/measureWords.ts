import { causesInWords } from '../../core/quantities/causes';
import { quantityNames, quantityTitle } from '../../core/quantities/quantities';
import type { MeasureDto, MeasureViewDto, QuantityDto, QuantityNameDto } from '../../protocol/quantities';

/** Three significant digits, with a power of ten beyond the thousands. */
export function shortNumber(v: number): string {
  if (v === 0) return '0';
  const size = Math.abs(v);
  if (size >= 1e5 || size < 1e-3) return v.toExponential(1).replace('e+', 'e');
  return String(size >= 100 ? Math.round(v) : Number(v.toPrecision(size >= 1 ? 3 : 2)));
}

/** What is done with pixels that are not square. */
export const anisotropySentence = (x: number, y: number): string =>
  `Pixels of ${shortNumber(x)} nm along x and ${shortNumber(y)} nm along y; all quantities use both.`;

/** Units as they are read. */
const readable: Readonly<Record<string, string>> = { '1e-4 nm^-2': '10⁻⁴ nm⁻²', 'm^-3': 'm⁻³' };

/** «1.4 % (0.9 to 2.1)». */
export function valueInWords(q: QuantityDto): string {
  const unit = q.unit ? ` ${readable[q.unit] ?? q.unit}` : '';
  const interval = q.low === null || q.high === null ? '' : ` (${shortNumber(q.low)} to ${shortNumber(q.high)})`;
  return `${shortNumber(q.value)}${unit}${interval}`;
}

/** «Swelling 1.4 % (0.9 to 2.1); most of it from foil thickness (61 %) and missed cavities (22 %)», or why it is not available. */
export function quantityInWords(m: MeasureDto, name: QuantityNameDto): string {
  const q = m[name];
  if (!q) return `${quantityTitle(name)} n.a.: ${m.reasons[name] ?? m.reasons.all ?? ''}`;
  const why = causesInWords(q.causes);
  return `${quantityTitle(name)} ${valueInWords(q)}${why ? `; ${why}` : ''}`;
}

/** A line per known quantity, then one per reason with the quantities that are not available for it. */
export function quantityLines(m: MeasureDto): string[] {
  const known = quantityNames.filter((name) => m[name] !== null).map((name) => quantityInWords(m, name));
  const absent = new Map<string, string[]>();
  for (const name of quantityNames) {
    if (m[name] !== null) continue;
    const reason = m.reasons[name] ?? m.reasons.all ?? '';
    absent.set(reason, [...(absent.get(reason) ?? []), quantityTitle(name)]);
  }
  return [...known, ...[...absent].map(([reason, titles]) => `Not available: ${titles.join(', ')}. ${reason}`)];
}

/** Every quantity as the preview shows it. */
export const measureView = (m: MeasureDto): MeasureViewDto => ({
  lines: quantityNames.map((name) => {
    const q = m[name];
    return {
      name,
      title: quantityTitle(name),
      text: q ? valueInWords(q) : (m.reasons[name] ?? m.reasons.all ?? ''),
      cause: q ? causesInWords(q.causes) : '',
      available: q !== null,
    };
  }),
  images: m.images,
  detections: m.detections,
  cut: m.cut,
});
