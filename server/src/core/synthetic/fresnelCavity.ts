import type { Random } from '../random';
import type { Size } from '../geometry/size';
import { cavityWindow, createCavity, edgeDistance, silhouetteOf, type CavitySpec } from './cavity';
import type { ArchiveLook } from './domains';
import type { Field } from './field';
import {
  compressBright,
  fresnelProfile,
  intensityAt,
  publishedFoil,
  visibleEdge,
  wavelengthNm,
  type Profile,
} from './fresnel';

/** A drawn cavity: distance in pixels from the true to the visible edge, and whether it is too faint for an expert to be sure. */
export interface DrawnCavity {
  readonly spec: CavitySpec;
  readonly edge: number;
  readonly ambiguous: boolean;
}

/** Properties common to all cavities of one exposure. */
export interface Exposure {
  /** Ranges of the domain from which the rest is drawn. */
  readonly look: ArchiveLook;
  /** As on the microscope's dial: negative in underfocus. */
  readonly dialNm: number;
  readonly nmPerPixel: number;
  /** Standard deviation of the grain relative to the mean, and its size in pixels. */
  readonly noiseStd: number;
  readonly grainPx: number;
}

interface Shown {
  readonly profile: Profile;
  readonly radiusNm: number;
  readonly edgeNm: number;
  /** Deviation from the background, root mean square within the visible edge. */
  readonly contrast: number;
}

/** Contrast in standard deviations of the grain below which an expert does not mark a cavity. */
const faintest = 1;

/** A few large cavities among the small ones, anywhere in the projected foil. */
export function addLargeCavities(
  specs: CavitySpec[],
  look: ArchiveLook,
  { width, height }: Size,
  random: Random,
): void {
  const size = Math.min(width, height);
  const count = Math.round(random.uniform(...look.large) * (random.chance(0.4) ? 0 : 1));
  for (let i = 0; i < count; i++) {
    const radius = random.logUniform(...look.largeRadius) * size;
    const [x, y] = [random.uniform(-0.02, 1.02) * width, random.uniform(-0.02, 1.02) * height];
    if (specs.every((s) => s.radius < radius / 2 || Math.hypot(s.x - x, s.y - y) > 0.8 * (s.radius + radius)))
      specs.push(createCavity({ shape: 'round', x, y, radius, orientation: 0 }, random));
  }
}

/**
 * Draws Fresnel profiles whose contrast, in standard deviations of the grain, ranges continuously from clear to
 * invisible. The profile's amplitude is scaled, because the visible contrast depends on the foil above and below.
 */
export function drawFresnelCavities(
  field: Field,
  specs: readonly CavitySpec[],
  exposure: Exposure,
  random: Random,
): DrawnCavity[] {
  const { look, nmPerPixel, noiseStd, grainPx } = exposure;
  const absorption = random.uniform(...look.absorption);
  const coherence = random.uniform(0.15, 0.35);
  const median = random.logUniform(...look.visibility);
  const spread = random.uniform(0.2, 0.6);
  const typical = specs.map((s) => s.radius).sort((a, b) => a - b)[specs.length >> 1] ?? 1;
  const shown = new Map<number, Shown>();
  const profileOf = (radiusNm: number): Shown => {
    // Radii within 6 % use the same profile, scaled to the radius.
    const key = Math.round(12 * Math.log2(radiusNm));
    let entry = shown.get(key);
    if (!entry) shown.set(key, (entry = develop(2 ** (key / 12), exposure, absorption, coherence)));
    return entry;
  };
  return specs.map((spec) => {
    const { profile, radiusNm, edgeNm, contrast } = profileOf(spec.radius * nmPerPixel);
    const large = spec.radius > 2 * typical;
    const bySize = large ? random.uniform(0.6, 1.5) : Math.sqrt(spec.radius / typical);
    const visibility = Math.min(9, Math.max(0.3, median * bySize * Math.exp(random.normal(0, spread))));
    const strength = (visibility * noiseStd) / contrast;
    const scale = radiusNm / spec.radius;
    const margin = profile.intensity.length * (profile.stepNm / scale) - spec.radius;
    const [x0, y0, x1, y1] = cavityWindow(spec, Math.max(2, margin), field.width, field.height);
    const silhouette = silhouetteOf(spec);
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const at = (spec.radius + edgeDistance(silhouette, x + 0.5, y + 0.5)) * scale;
        field.data[y * field.width + x]! += Math.max(-0.95, strength * (intensityAt(profile, at) - 1));
      }
    // A cavity many grains wide is visible although its contrast is below one standard deviation of the grain.
    const cells = Math.min(4, Math.max(0.5, spec.radius / (2.5 * grainPx)));
    return {
      spec,
      edge: edgeNm / scale - spec.radius,
      ambiguous: visibility * Math.sqrt(cells) < faintest * random.uniform(0.9, 1.1),
    };
  });
}

/** The profile as recorded: compressed, and smoothed by partial coherence and the pixel. */
function develop(radiusNm: number, exposure: Exposure, absorption: number, coherence: number): Shown {
  const { dialNm, nmPerPixel } = exposure;
  const fringe = Math.sqrt(wavelengthNm * Math.abs(dialNm));
  const reach = radiusNm + 2.5 * fringe + 2 * nmPerPixel;
  const points = Math.ceil(Math.min(400, Math.max(60, (2 * reach) / Math.min(nmPerPixel, fringe / 3))));
  const foil = { ...publishedFoil, absorptionPerNm: absorption };
  const raw = fresnelProfile(radiusNm, dialNm, { reachNm: reach, points }, foil);
  const sigma = (coherence * fringe + 0.6 * nmPerPixel) / raw.stepNm;
  const intensity = smooth(raw.intensity.map(compressBright), sigma);
  // The outermost fringes fade out, because a profile that ends in a step would show a ring.
  const tail = Math.ceil((0.8 * fringe) / raw.stepNm);
  for (let i = 0; i < tail; i++) {
    const k = intensity.length - 1 - i;
    intensity[k] = 1 + (intensity[k]! - 1) * (i / tail);
  }
  const profile = { intensity, stepNm: raw.stepNm };
  const edgeNm = visibleEdge(profile, radiusNm, dialNm);
  // Root mean square instead of the peak: a spike of a few pixels on the axis does not make a cavity visible.
  let [square, area] = [0.0004, 0];
  for (let i = 0; i === 0 || i * raw.stepNm < edgeNm; i++) {
    square += (i + 0.5) * (intensity[i]! - 1) ** 2;
    area += i + 0.5;
  }
  return { profile, radiusNm, edgeNm, contrast: Math.sqrt(square / area) };
}

/** Gaussian smoothing of a profile that continues as its mirror image beyond the centre. */
function smooth(values: Float64Array, sigma: number): Float64Array {
  const radius = Math.ceil(2.5 * sigma);
  return values.map((_, i) => {
    let [sum, weights] = [0, 0];
    for (let k = -radius; k <= radius; k++) {
      const weight = Math.exp((-0.5 * k * k) / (sigma * sigma));
      sum += weight * (values[Math.abs(i + k)] ?? 1);
      weights += weight;
    }
    return sum / weights;
  });
}
