import type { Random } from '../random';
import { createCavity, type CavitySpec } from './cavity';
import type { Point } from './defects';
import type { SyntheticDomain } from './domains';

/** Where the cavities of one image lie: at random, in chains along defects, overlapping as far as the domain allows. */
export function placeCavities(
  domain: SyntheticDomain,
  width: number,
  height: number,
  median: number,
  points: readonly Point[],
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
    // Facets show only on cavities of more than about 25 pixels across.
    const seen = shape !== 'round' && radius < 8 && random.chance(0.8) ? 'round' : shape;
    placed.push(createCavity(seen, x, y, radius, orientation, random));
  }
  return placed;
}
