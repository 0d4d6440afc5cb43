import type { CavityShape } from './cavity';

type Range = readonly [number, number];

/** Appearance of cavities in archived micrographs: Fresnel profiles whose visibility ranges from clear to invisible. */
export interface ArchiveLook {
  /** Median contrast of an image's cavities in standard deviations of the grain. */
  readonly visibility: Range;
  /** Number of large cavities among the small ones, and their radius over the short side. */
  readonly large: Range;
  readonly largeRadius: Range;
  /** Probability that the grain is blurred along the scan lines. */
  readonly smear: number;
  /** Decrease of absorption per nanometre of void; near zero the middle of large cavities is as bright as the foil. */
  readonly absorption: Range;
}

/**
 * Distributions of a domain's images; probabilities 0–1, lengths as fractions of the short side unless stated
 * otherwise.
 */
export interface SyntheticDomain {
  readonly name: string;
  readonly description: string;
  /** Relative weights of underfocus, overfocus and in focus. */
  readonly focus: readonly [number, number, number];
  readonly defocusNm: Range;
  readonly nmPerPixel: Range;
  readonly shapes: readonly CavityShape[];
  /** Median radius of an image's cavities over the short side. */
  readonly radius: Range;
  /** Lognormal spread of radii within an image. */
  readonly spread: Range;
  /** Cavities per image (log-uniform), before the frame's crowding limit. */
  readonly count: Range;
  readonly emptyProbability: number;
  readonly bimodalProbability: number;
  readonly overlap: number;
  readonly decorated: number;
  /** Disc contrast of a full cavity relative to the background. */
  readonly disc: Range;
  /** The dominant fringe's half width is at most this fraction of the median radius plus one pixel. */
  readonly widestFringe: number;
  /** Standard deviation of thickness waves relative to the mean. */
  readonly waves: Range;
  readonly bend: number;
  readonly dislocations: Range;
  readonly precipitates: Range;
  readonly spots: Range;
  readonly grains: number;
  readonly stripes: number;
  /** Probability of diffuse strain contrast. */
  readonly mottle: number;
  /** Probability of band-passed (phase contrast) speckle instead of white or merely blurred noise. */
  readonly speckle: number;
  readonly vacuum: number;
  /** Noise standard deviation relative to the mean, and its correlation length in pixels. */
  readonly noise: Range;
  readonly grainPx: Range;
  /** Standard deviation of the finished picture in grey levels. */
  readonly grayStd: Range;
  readonly jpeg: number;
  readonly labels: number;
  /** Cavities with a contrast-to-noise ratio below this are neither drawn nor labelled. */
  readonly visibility: number;
  /** Absent in the domains of simplified fringes. */
  readonly archive?: ArchiveLook;
}

const base: Omit<SyntheticDomain, 'name' | 'description'> = {
  focus: [0.6, 0.3, 0.1],
  defocusNm: [200, 2500],
  nmPerPixel: [0.08, 0.6],
  shapes: ['round', 'round', 'faceted'],
  radius: [0.008, 0.06],
  spread: [0.12, 0.4],
  count: [3, 90],
  emptyProbability: 0.05,
  bimodalProbability: 0.2,
  overlap: 0.15,
  decorated: 0.15,
  disc: [0.08, 0.5],
  widestFringe: 0.45,
  waves: [0.02, 0.15],
  bend: 0.3,
  dislocations: [0, 12],
  precipitates: [0, 4],
  spots: [0, 15],
  grains: 0.15,
  stripes: 0.08,
  mottle: 0.3,
  speckle: 0.35,
  vacuum: 0.04,
  noise: [0.01, 0.12],
  grainPx: [0.3, 1.6],
  grayStd: [12, 50],
  jpeg: 0.3,
  labels: 0.06,
  visibility: 3.5,
};
const domain = (name: string, description: string, change: Partial<SyntheticDomain>): SyntheticDomain => ({
  ...base,
  name,
  description,
  ...change,
});

/** Named families of pictures, so that splits can be random or grouped as in the paper. */
export const syntheticDomains: readonly SyntheticDomain[] = [
  domain('underfocus-round', 'round cavities in underfocus: bright discs with a dark fringe', { focus: [1, 0, 0], shapes: ['round'] }),
  domain('overfocus-round', 'round cavities in overfocus: dark rims and black dots with a bright fringe', { focus: [0, 1, 0], shapes: ['round'] }),
  domain('near-focus', 'cavities close to focus: plain discs, hardly a fringe', { focus: [0, 0, 1], disc: [0.15, 0.5] }),
  domain('faceted-large', 'large faceted voids, up to a quarter of the frame in radius', {
    shapes: ['faceted'], radius: [0.05, 0.2], count: [1, 18], disc: [0.15, 0.9], focus: [0.8, 0.15, 0.05],
  }),
  domain('overfocus-dots', 'overfocus so far that small cavities are solid black dots with a pale halo', {
    focus: [0, 1, 0], shapes: ['round'], radius: [0.007, 0.03], count: [8, 150], spread: [0.1, 0.35], disc: [0.12, 0.6], widestFringe: 1.1, nmPerPixel: [0.08, 0.25], defocusNm: [400, 2500],
    spots: [0, 3], dislocations: [0, 6], bimodalProbability: 0.4, mottle: 0.6, decorated: 0.3, overlap: 0.5, noise: [0.01, 0.1], grainPx: [0.3, 2.5], visibility: 2.5,
  }),
  domain('pale-bubbles', 'small pale bubbles beside large dark precipitates', {
    focus: [0.5, 0.2, 0.3], shapes: ['round'], radius: [0.006, 0.02], count: [8, 80], spread: [0.1, 0.3], disc: [0.03, 0.14], precipitates: [2, 16], spots: [0, 20], bend: 0.5,
    noise: [0.005, 0.05], grayStd: [12, 40], visibility: 2.6, bimodalProbability: 0.05,
  }),
  domain('rods', 'elongated and rectangular voids along one direction', { shapes: ['rod', 'faceted'], radius: [0.02, 0.08], count: [3, 40] }),
  domain('fine-bubbles', 'many bubbles of a few pixels', {
    radius: [0.005, 0.014], count: [40, 300], spread: [0.1, 0.3], shapes: ['round'], bimodalProbability: 0.05, disc: [0.1, 0.35],
  }),
  domain('dense-overlap', 'crowded foil with overlapping cavities and chains', { count: [60, 220], radius: [0.012, 0.035], overlap: 1, decorated: 0.4 }),
  domain('speckle', 'strong speckle of correlated grain', { noise: [0.08, 0.25], grainPx: [1, 3], visibility: 2.5, speckle: 1, mottle: 0.1 }),
  domain('low-dose', 'few electrons: shot noise drowns small cavities', { noise: [0.2, 0.55], grainPx: [0.2, 0.5], visibility: 1.8 }),
  domain('low-contrast', 'pale cavities on an uneven background', { disc: [0.02, 0.09], grayStd: [5, 14], noise: [0.005, 0.03], visibility: 2.2 }),
  domain('precipitates', 'precipitates and black-dot damage beside the cavities', { precipitates: [6, 40], spots: [10, 90], count: [2, 40] }),
  domain('dislocations', 'dislocation lines and tangles, some decorated by cavities', { dislocations: [15, 60], decorated: 0.5, count: [3, 50], mottle: 0.7 }),
  domain('bend-contours', 'bend contours and strong thickness waves', { bend: 1, waves: [0.1, 0.35] }),
  domain('grain-boundary', 'grains of differing brightness, boundaries lined by cavities', { grains: 1, decorated: 0.4 }),
  domain('jpeg-archive', 'scanned and recompressed pictures with labels and scale bars', { jpeg: 1, labels: 0.6, grainPx: [1.2, 3], nmPerPixel: [0.3, 1] }),
  domain('foil-edge', 'the hole or the edge of the foil in the frame', { vacuum: 1, waves: [0.05, 0.25] }),
  domain('empty-foil', 'no cavities: only what is mistaken for them', {
    emptyProbability: 1, precipitates: [0, 30], spots: [0, 90], dislocations: [0, 40], bend: 0.5, grains: 0.25, vacuum: 0.1, noise: [0.01, 0.4], mottle: 0.6, speckle: 0.5, grainPx: [0.2, 3],
  }),
  domain('two-populations', 'few large bubbles among many small ones under blurred grain', {
    focus: [0.55, 0.45, 0], shapes: ['round'], radius: [0.03, 0.085], count: [12, 110], spread: [0.12, 0.3], bimodalProbability: 1, disc: [0.12, 0.7], widestFringe: 1, nmPerPixel: [0.15, 0.5],
    dislocations: [0, 4], precipitates: [0, 2], spots: [0, 4], overlap: 0.3, mottle: 0.4, speckle: 0.6, noise: [0.04, 0.2], grainPx: [1.2, 4], grayStd: [20, 55], visibility: 2.2,
  }),
  domain('dense-specks', 'hundreds of bubbles of few pixels, in focus or out of it', {
    focus: [0.5, 0.4, 0.1], shapes: ['round'], radius: [0.0035, 0.009], count: [80, 600], spread: [0.1, 0.3], bimodalProbability: 0.1, disc: [0.06, 0.4], widestFringe: 0.9, nmPerPixel: [0.1, 0.4],
    dislocations: [0, 8], precipitates: [0, 6], spots: [0, 8], mottle: 0.6, overlap: 0.4, noise: [0.01, 0.1], grainPx: [0.3, 1.4], grayStd: [10, 45], visibility: 2.4,
  }),
  domain('sparse', 'one to three clear cavities in a quiet foil, often cut by the frame', {
    shapes: ['round', 'faceted', 'faceted'], radius: [0.015, 0.22], count: [0.6, 3], emptyProbability: 0, disc: [0.12, 0.9], dislocations: [0, 10], spots: [0, 6], precipitates: [0, 3], waves: [0.01, 0.12],
    noise: [0.008, 0.12], visibility: 5,
  }),
  domain('mixed', 'everything at random', {
    focus: [0.55, 0.35, 0.1], shapes: ['round', 'round', 'faceted', 'faceted', 'rod'], radius: [0.006, 0.16], count: [1, 200], spread: [0.08, 0.45],
    emptyProbability: 0.08, overlap: 0.35, decorated: 0.25, disc: [0.04, 0.9], waves: [0.01, 0.3], bend: 0.4, dislocations: [0, 40],
    precipitates: [0, 20], spots: [0, 60], grains: 0.2, stripes: 0.1, vacuum: 0.08, noise: [0.005, 0.3], grainPx: [0.2, 3], mottle: 0.4, speckle: 0.5, grayStd: [6, 60],
  }),
  domain('bubbles-in-speckle', 'small bubbles in underfocus among grain of like size, from plain to lost', {
    focus: [1, 0, 0], shapes: ['round'], radius: [0.006, 0.0145], count: [30, 300], spread: [0.1, 0.3], emptyProbability: 0.03, bimodalProbability: 0, overlap: 0.5, decorated: 0.1,
    defocusNm: [800, 5000], nmPerPixel: [0.25, 0.45], waves: [0.01, 0.06], bend: 0.08, dislocations: [0, 2], precipitates: [0, 0], spots: [0, 3], grains: 0.02, stripes: 0.02, mottle: 0.12, vacuum: 0.02,
    noise: [0.08, 0.18], grainPx: [1, 2.2], grayStd: [30, 48], jpeg: 0.7, labels: 0.02,
    archive: { visibility: [1.3, 3], large: [0, 8], largeRadius: [0.038, 0.075], smear: 0.25, absorption: [0, 0.015] },
  }),
  domain('overfocus-archive', 'compact dark dots with a bright halo in overfocus, among grain of like size', {
    focus: [0, 1, 0], shapes: ['round'], radius: [0.006, 0.0155], count: [20, 250], spread: [0.1, 0.35], emptyProbability: 0.03, bimodalProbability: 0, overlap: 0.5, decorated: 0.15,
    defocusNm: [800, 5000], nmPerPixel: [0.25, 0.45], waves: [0.01, 0.06], bend: 0.08, dislocations: [0, 2], precipitates: [0, 0], spots: [0, 1], grains: 0.02, stripes: 0.02, mottle: 0.1, vacuum: 0.02,
    noise: [0.08, 0.18], grainPx: [0.9, 2], grayStd: [30, 48], jpeg: 0.7, labels: 0.02,
    archive: { visibility: [1.3, 3.2], large: [0, 6], largeRadius: [0.025, 0.06], smear: 0.15, absorption: [0, 0.008] },
  }),
  domain('faint-discs', 'faint discs beside dislocations, from visible to lost', {
    focus: [0.5, 0.2, 0.3], shapes: ['round', 'round', 'faceted'], radius: [0.009, 0.035], count: [5, 90], spread: [0.15, 0.35], emptyProbability: 0.03, bimodalProbability: 0.2, overlap: 0.3, decorated: 0.4,
    defocusNm: [200, 1500], nmPerPixel: [0.15, 0.5], waves: [0.02, 0.1], stripes: 0.03, dislocations: [4, 30], precipitates: [0, 3], spots: [0, 10], mottle: 0.5,
    noise: [0.05, 0.14], grainPx: [0.5, 1.8], grayStd: [14, 40], jpeg: 0.5, labels: 0.02,
    archive: { visibility: [0.5, 1.8], large: [0, 3], largeRadius: [0.03, 0.07], smear: 0.1, absorption: [0.005, 0.03] },
  }),
]; // prettier-ignore

/** The domain of that name; undefined for any other name. */
export const findDomain = (name: string): SyntheticDomain | undefined => syntheticDomains.find((d) => d.name === name);
