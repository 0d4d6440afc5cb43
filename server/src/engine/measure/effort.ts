import { measureDefaults } from '../../core/quantities/measure';

export interface Effort {
  /** Draws for the intervals, and for the fraction that each cause has. */
  readonly draws: number;
  readonly causeDraws: number;
  /** `brief`: the objects of single images have neither causes nor an interval for the material. */
  readonly detail: 'full' | 'brief';
}

export const fullEffort: Effort = { ...measureDefaults, detail: 'full' };

/**
 * For pages of many images, which take seconds: fewer draws. The bounds of an interval scatter by 0.2 (100 draws) or 0.26
 * (64) standard deviations of the quantity, 6 or 8 % of the interval's width: sqrt(p (1 - p) / n) / density at the 5th
 * percentile of a normal distribution.
 */
export const effortFor = (images: number): Effort =>
  images <= 500 ? { draws: 100, causeDraws: 24, detail: 'brief' } : { draws: 64, causeDraws: 16, detail: 'brief' };
