import type { Random } from '../random';
import type { Size } from '../geometry/size';
import { createCavity, type CavitySpec } from './cavity';
import type { Point } from './defects';
import type { SyntheticDomain } from './domains';

/** The foil in which cavities are placed. */
interface Foil extends Size {
  /** Median radius of the cavities in pixels. */
  readonly median: number;
  /** Points on defects. */
  readonly points: readonly Point[];
}

/** Positions, sizes and shapes of the cavities of one image: at random or in chains along defects, with the overlap of the domain. */
export function placeCavities(
  domain: SyntheticDomain,
  { width, height, median, points }: Foil,
  random: Random,
): CavitySpec[] {
  const size = Math.min(width, height);
  const spread = random.uniform(...domain.spread);
  const bimodal = random.chance(domain.bimodalProbability) ? random.uniform(0.2, 0.45) : 1;
  const decorated = points.length > 0 && random.chance(domain.decorated);
  const overlap = domain.overlap * random.uniform(0.2, 1);
  const orientation = random.uniform(0, Math.PI);
  const shape = random.pick(domain.shapes);
  const room = (0.35 * width * height) / (Math.PI * median * median);
  const wanted = Math.max(1, Math.min(random.logUniform(...domain.count), room));
  const placed: CavitySpec[] = [];
  for (let tries = 0; placed.length < wanted && tries < wanted * 8; tries++) {
    const small = bimodal < 1 && random.chance(0.7) ? bimodal : 1;
    const radius = Math.min(size / 4, Math.max(2, median * small * Math.exp(random.normal(0, spread))));
    const [hx, hy] =
      decorated && random.chance(0.7)
        ? random.pick(points)
        : [random.uniform(-0.02, 1.02) * width, random.uniform(-0.02, 1.02) * height];
    const [x, y] = decorated ? [hx + random.normal(0, radius * 0.6), hy + random.normal(0, radius * 0.6)] : [hx, hy];
    const crowded = placed.some(
      (p) => Math.hypot(p.x - x, p.y - y) < (p.radius + radius) * (random.chance(overlap) ? 0.7 : 1.15),
    );
    if (crowded) continue;
    // Facets are visible only on cavities of more than about 25 pixels in diameter.
    const seen = shape !== 'round' && radius < 8 && random.chance(0.8) ? 'round' : shape;
    placed.push(createCavity({ shape: seen, x, y, radius, orientation }, random));
  }
  return placed;
}
