/** Quantities in the words of the display language: shared by the preview and the view Quantities. */
import { briefQuantityText, quantityText } from '../../server/src/core/text/quantityText';
import type {
  CausesDto,
  FoilDto,
  QuantityDto,
  QuantityLineDto,
  QuantityNameDto,
} from '../../server/src/protocol/quantities';

/** Translates an English text and puts values in the place of {0}, {1} …; the texts below are literals for it. */
export type Translate = (text: string, ...values: (string | number)[]) => string;

/** Title of a quantity in the display language. */
export function quantityTitle(name: QuantityNameDto, t: Translate): string {
  switch (name) {
    case 'count':
      return t('Cavities');
    case 'arealDensity':
      return t('Areal density');
    case 'numberDensity':
      return t('Number density');
    case 'meanDiameterNm':
      return t('Mean diameter');
    case 'diameterStdNm':
      return t('SD of diameters');
    case 'feretMaxNm':
      return t('Mean Feret diameter');
    case 'heywood':
      return t('Heywood circularity');
    case 'arealFraction':
      return t('Areal fraction');
    case 'swellingPercent':
      return t('Swelling');
    case 'neighbourDistanceNm':
      return t('Neighbour distance');
  }
}

/** What a short title means; undefined where it says all. */
export function quantityHint(name: QuantityNameDto, t: Translate): string | undefined {
  switch (name) {
    case 'diameterStdNm':
      return t('Standard deviation of the equivalent diameters');
    case 'meanDiameterNm':
      return t('Mean diameter of circles of equal area');
    case 'neighbourDistanceNm':
      return t('Mean distance between the centres of nearest neighbours');
    default:
      return undefined;
  }
}

/** "1.43 % (0.91 to 2.12)". */
export const valueText = (q: QuantityDto, t: Translate): string =>
  quantityText(q, (low, high) => t('{0} to {1}', low, high));

/** The same for a narrow place: "1.4 % (0.91–2.1)". */
export const shortValueText = (q: QuantityDto): string => briefQuantityText(q);

/** The reason why a value is missing. Known sentences are translated; others stay as they are. */
export function reasonText(reason: string, t: Translate): string {
  const known = [
    t('No image could be measured.'),
    t('The pixel size is unknown.'),
    t('The foil thickness is unknown.'),
    t('No cavity was detected.'),
    t('No cavity lies whole in the frame.'),
    t('Fewer than 3 cavities lie whole in the frame.'),
    t('Fewer than two cavities were detected.'),
    t('The cavities have more volume than a foil of this thickness.'),
  ];
  const translated = t(reason);
  return known.includes(translated) ? translated : reason;
}

function causeName(cause: keyof CausesDto, t: Translate): string {
  switch (cause) {
    case 'falseDetections':
      return t('false detections');
    case 'missedCavities':
      return t('missed cavities');
    case 'outlines':
      return t('outlines of the cavities');
    case 'countingStatistics':
      return t('counting statistics');
    case 'pixelSize':
      return t('pixel size');
    case 'thickness':
      return t('foil thickness');
  }
}

/** "most of it from foil thickness (61 %) and missed cavities (22 %)": one cause or two; empty without causes. */
export function causesText(causes: CausesDto, t: Translate): string {
  const [first, second] = (Object.entries(causes) as [keyof CausesDto, number][])
    .filter(([, fraction]) => fraction >= 0.005)
    .sort(([, a], [, b]) => b - a)
    .map(([cause, fraction]) => ({ name: causeName(cause, t), fraction, percent: Math.round(100 * fraction) }));
  if (!first) return '';
  return second && second.fraction >= 0.1
    ? t('most of it from {0} ({1} %) and {2} ({3} %)', first.name, first.percent, second.name, second.percent)
    : t('most of it from {0} ({1} %)', first.name, first.percent);
}

/** "foil 100 nm ± 20 %, from the file": the thickness with its standard deviation and source. */
export function foilText(foil: FoilDto | null, t: Translate): string {
  if (!foil) return t('foil thickness unknown');
  const [nm, percent] = [+foil.thicknessNm.toPrecision(4), Math.round(100 * foil.thicknessUncertainty)];
  switch (foil.source) {
    case 'typed':
      return t('foil {0} nm ± {1} %, typed', nm, percent);
    case 'file':
      return t('foil {0} nm ± {1} %, from the file', nm, percent);
    case 'table':
      return t('foil {0} nm ± {1} %, from the table', nm, percent);
    case 'images':
      return t('foil {0} nm ± {1} %, from the images', nm, percent);
  }
}

/** The reasons of unavailable quantities, each once. */
export const missingReasons = (lines: readonly QuantityLineDto[], t: Translate): string[] => [
  ...new Set(lines.filter((l) => l.quantity === null).map((l) => reasonText(l.reason, t))),
];
