import { quantityNames } from '../../core/quantities/quantities';
import type { MeasureDto } from '../../protocol/quantities';

/** Columns of `measureRow`: the pixel size along x and along y, equal for square pixels; value, bounds of the 90 % interval and the plain number of the detections, by quantity. */
export const measureColumns: readonly string[] = [
  'kind',
  'file',
  'outcome',
  'reliability',
  'f1',
  'images',
  'detections',
  'cut',
  'nmPerPixel',
  'nmPerPixelY',
  'thicknessNm',
  'thicknessUncertainty',
  'thicknessSource',
  ...quantityNames.flatMap((name) => [name, `${name}Low`, `${name}High`, `${name}Detected`]),
];

/** Cells of a measurement in the order of `measureColumns`; null where a value is unknown. */
export const measureRow = (m: MeasureDto): (string | number | null)[] => [
  m.kind,
  m.file,
  m.outcome,
  m.reliability,
  m.f1,
  m.images,
  m.detections,
  m.cut,
  m.nmPerPixel,
  m.nmPerPixelY ?? m.nmPerPixel,
  m.thicknessNm,
  m.thicknessNm === null ? null : m.thicknessUncertainty,
  m.thicknessSource ?? null,
  ...quantityNames.flatMap((name) => {
    const q = m[name];
    return q ? [q.value, q.low, q.high, q.detected] : [null, null, null, null];
  }),
];
