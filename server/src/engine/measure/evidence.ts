import { saysNoMicrograph } from '../../core/applicability/foreignImage';
import { pixelShapeOf } from '../../core/geometry/pixelShape';
import { measureCavities } from '../../core/quantities/cavity';
import type { ImageEvidence } from '../../core/quantities/simulate';
import type { Estimate } from '../engine.types';

/** Candidates less probable than this add work and no cavities. */
const leastProbability = 0.005;

/**
 * Cavities and predicted performance of an estimate; null for an image that could not be read or detected, and for a blank
 * image or another kind of picture, because the number of missed cavities is unknown there.
 */
export function evidenceOf(
  e: Pick<Estimate, 'instances' | 'rejected' | 'image' | 'performance' | 'reason'>,
): ImageEvidence | null {
  if (!e.instances || !e.image || saysNoMicrograph(e.reason)) return null;
  const pixel = pixelShapeOf(e.image);
  const rejected = e.rejected ? measureCavities(e.rejected, pixel) : [];
  return {
    accepted: measureCavities(e.instances, pixel),
    rejected: rejected.filter((c) => c.probability >= leastProbability),
    width: e.image.width * pixel.x,
    height: e.image.height * pixel.y,
    performance: e.performance,
  };
}
