import { sentences } from '../text/sentences';
import { imageStatisticNames } from './imageStatistics';
import { distance, type NeighbourModel } from './neighbours';

type Statistic = (typeof imageStatisticNames)[number];

interface Rule {
  readonly applies: (at: (name: Statistic) => number) => boolean;
  readonly sentence: string;
}

/**
 * Kinds of images that are not bright-field micrographs, by fixed limits on the image's statistics. Measured on 238 real
 * micrographs: pointSymmetry at most 0.40, radialFraction at most 0.17, medianPosition at least 0.24, and one image above
 * the limit of textureSpread. Simulated diffraction patterns, Kikuchi patterns and power spectra (144 images) all exceed
 * one of the first two.
 */
const rules: readonly Rule[] = [
  {
    applies: (at) => at('logStd') < Math.log(1.5) || at('flat') > 0.97,
    sentence: sentences.blank,
  },
  {
    applies: (at) => at('colourfulness') > 6,
    sentence: sentences.coloured,
  },
  {
    applies: (at) => at('correlation1') < 0.08 && Math.abs(at('correlation8')) < 0.03,
    sentence: sentences.noise,
  },
  {
    applies: (at) => at('pointSymmetry') > 0.5,
    sentence: sentences.symmetric,
  },
  {
    applies: (at) => at('radialFraction') > 0.3,
    sentence: sentences.radial,
  },
  {
    applies: (at) => at('medianPosition') < 0.12,
    sentence: sentences.black,
  },
  {
    applies: (at) => at('textureSpread') > 1.05,
    sentence: sentences.photograph,
  },
];

/**
 * Why an image lies outside the applicability domain, as one sentence, or null where it does not.
 * @param statistics see imageStatistics
 * @param training statistics of the forest's training images, where they are known
 */
export function foreignImage(statistics: ArrayLike<number>, training: NeighbourModel | undefined): string | null {
  const at = (name: Statistic) => statistics[imageStatisticNames.indexOf(name)]!;
  const rule = rules.find((r) => r.applies(at));
  if (rule) return rule.sentence;
  if (!training || distance(training, statistics) <= training.outside) return null;
  return sentences.foreign;
}

const notMicrographs = new Set(rules.map((r) => r.sentence));

/** Whether a reason of an assessment means that the image is blank or another kind of picture than a bright-field micrograph. */
export const saysNoMicrograph = (reason: string): boolean => notMicrographs.has(reason);
