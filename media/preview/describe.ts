import type { DetectionDto } from '../../server/src/protocol/types';
import { t } from './l10n';
import type { PixelSize } from './state';

/** Confidence and size of a detection, in pixels and, with a known pixel size, in nanometres. */
export function describeDetection(
  { box, score, probability }: Pick<DetectionDto, 'box' | 'score' | 'probability'>,
  nm: Pick<PixelSize, 'x' | 'y'> | null,
): string {
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const sure =
    probability === null
      ? t('score {0}', score.toFixed(2))
      : t('probability {0} (score {1})', probability.toFixed(2), score.toFixed(2));
  const inNm = nm === null ? '' : `, ${(w * nm.x).toPrecision(3)} × ${(h * nm.y).toPrecision(3)} nm`;
  return `${sure}, ${Math.round(w)} × ${Math.round(h)} px${inNm}`;
}

/** The same in one short line: the confidence that orders the list, and the size in nm where it is known, else in pixels. */
export function describeBriefly(
  d: Pick<DetectionDto, 'box' | 'score' | 'probability'>,
  nm: Pick<PixelSize, 'x' | 'y'> | null,
): string {
  const [w, h] = [d.box[2] - d.box[0], d.box[3] - d.box[1]];
  const sure =
    d.probability === null ? t('score {0}', d.score.toFixed(2)) : t('probability {0}', d.probability.toFixed(2));
  const size = nm
    ? `${(w * nm.x).toPrecision(3)} × ${(h * nm.y).toPrecision(3)} nm`
    : `${Math.round(w)} × ${Math.round(h)} px`;
  return `${sure}, ${size}`;
}

export interface PointedAt {
  /** Image coordinates in pixels. */
  readonly x: number;
  readonly y: number;
  readonly value: { readonly value: number; readonly exact: boolean } | null;
  readonly nmPerPixel: Pick<PixelSize, 'x' | 'y'> | null;
}

/** The parts of the status line under the pointer: pixel, place in nm, grey value (with ≈ for a mean). */
export function describePlace({ x, y, value, nmPerPixel }: PointedAt): string[] {
  const grey = value && (Number.isInteger(value.value) ? String(value.value) : value.value.toPrecision(5));
  return [
    `x ${Math.floor(x)}, y ${Math.floor(y)}`,
    ...(nmPerPixel === null ? [] : [`${(x * nmPerPixel.x).toFixed(1)}, ${(y * nmPerPixel.y).toFixed(1)} nm`]),
    ...(grey === null ? [] : [t('value {0}', `${value!.exact ? '' : '≈ '}${grey}`)]),
  ];
}
