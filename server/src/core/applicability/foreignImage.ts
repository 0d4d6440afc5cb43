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
    sentence: 'The image is blank: it has hardly any contrast.',
  },
  {
    applies: (at) => at('colourfulness') > 6,
    sentence: 'The image is coloured: it does not look like a micrograph.',
  },
  {
    applies: (at) => at('correlation1') < 0.08 && Math.abs(at('correlation8')) < 0.03,
    sentence: 'The image is pure noise: neighbouring pixels are not correlated.',
  },
  {
    applies: (at) => at('pointSymmetry') > 0.5,
    sentence:
      'The image is equal to itself after a rotation by 180 degrees, as diffraction patterns, power spectra and lattice images are: it does not look like a bright-field micrograph.',
  },
  {
    applies: (at) => at('radialFraction') > 0.3,
    sentence:
      'The brightness depends mainly on the distance from the centre, as in diffraction patterns and power spectra: it does not look like a bright-field micrograph.',
  },
  {
    applies: (at) => at('medianPosition') < 0.12,
    sentence:
      'Most of the image is nearly black with few bright objects, as in fluorescence or dark field: it does not look like a bright-field micrograph.',
  },
  {
    applies: (at) => at('textureSpread') > 1.05,
    sentence: 'The image has smooth and rough parts, as photographs have: it does not look like a micrograph.',
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
  return 'The image does not look like the micrographs that the forest was trained on.';
}
