import type { Random } from '../random';
import type { Field } from './field';

export type CavityShape = 'round' | 'faceted' | 'rod';

/** One cavity before drawing; lengths in pixels, angles in radians. */
export interface CavitySpec {
  readonly shape: CavityShape;
  readonly x: number;
  readonly y: number;
  /** Approximate radius of the circle of equal area. */
  readonly radius: number;
  readonly angle: number;
  /** Long axis over short axis. */
  readonly elongation: number;
  /** Outward normals (angle, distance/radius) of the facets; empty for round shapes. */
  readonly facets: readonly (readonly [number, number])[];
  /** Relative strength, about 1. */
  readonly strength: number;
}

/** Contrast of all cavities of one image. */
export interface Contrast {
  /** Relative brightness of a full cavity's disc, e.g. 0.3; about zero in overfocus. */
  readonly disc: number;
  /** Amplitude of the dominant fringe relative to the background; positive in underfocus, negative in overfocus. */
  readonly fringe: number;
  /** Half the width of the dominant fringe in pixels; the same for every cavity of an image. */
  readonly fringeWidth: number;
  /** Amplitude outside the edge relative to that inside, about 0.35–1. */
  readonly halo: number;
  /** Amplitude of the second fringe relative to the first. */
  readonly secondFringe: number;
  /** Brightness of facet edges and thickness fringes inside large faceted cavities. */
  readonly interior: number;
}

/** Shape, place and size of a cavity before its random details; lengths in pixels. */
export interface CavityPlace extends Pick<CavitySpec, 'shape' | 'x' | 'y' | 'radius'> {
  /** Angle in radians that the faceted cavities of an image have in common. */
  readonly orientation: number;
}

/** Silhouettes of truncated octahedra, cubes and rods seen along low-index directions. */
export function createCavity({ shape, x, y, radius, orientation }: CavityPlace, random: Random): CavitySpec {
  const facets: [number, number][] = [];
  let elongation = random.uniform(1, 1.12);
  if (shape === 'faceted') {
    const sides = random.pick([4, 6, 6, 8, 8]);
    const skew = random.uniform(0.85, 1);
    for (let i = 0; i < sides; i++) {
      const cut = sides === 8 && i % 2 === 1 ? random.uniform(0.95, 1.12) : 1;
      facets.push([
        (2 * Math.PI * i) / sides + random.normal(0, 0.03),
        cut * (i % (sides / 2) === 0 ? skew : 1) * random.uniform(0.93, 1.03),
      ]);
    }
  } else if (shape === 'rod') {
    elongation = random.uniform(1.4, 2.4);
    for (let i = 0; i < 4; i++) facets.push([(Math.PI * i) / 2, 1]);
    for (let i = 0; i < 4; i++) facets.push([Math.PI / 4 + (Math.PI * i) / 2, random.uniform(1.15, 1.4)]);
  }
  const angle = shape === 'round' ? random.uniform(0, Math.PI) : orientation + random.normal(0, 0.06);
  return { shape, x, y, radius, angle, elongation, facets, strength: random.uniform(0.75, 1.25) };
}

/** A cavity with what is the same for all its pixels, so that distances are fast. */
export interface Silhouette {
  readonly cavity: CavitySpec;
  readonly cos: number;
  readonly sin: number;
  /** Square root of the elongation. */
  readonly stretch: number;
}

export const silhouetteOf = (cavity: CavitySpec): Silhouette => ({
  cavity,
  cos: Math.cos(cavity.angle),
  sin: Math.sin(cavity.angle),
  stretch: Math.sqrt(cavity.elongation),
});

/**
 * Signed distance in pixels from the silhouette's edge, negative inside (approximate for elongated shapes).
 * @param px image coordinates in pixels, as `py`
 */
export function edgeDistance({ cavity: c, cos, sin, stretch }: Silhouette, px: number, py: number): number {
  const dx = px - c.x;
  const dy = py - c.y;
  const u = (dx * cos + dy * sin) / stretch;
  const v = (dy * cos - dx * sin) * stretch;
  if (c.facets.length === 0) return Math.hypot(u, v) - c.radius;
  let far = -Infinity;
  for (const [angle, cut] of c.facets) far = Math.max(far, u * Math.cos(angle) + v * Math.sin(angle) - cut * c.radius);
  return far;
}

/** Half-open pixel window that contains the cavity out to `margin` pixels beyond its edge, clipped to the image. */
export function cavityWindow(
  c: CavitySpec,
  margin: number,
  width: number,
  height: number,
): [number, number, number, number] {
  const reach = c.radius * Math.sqrt(c.elongation) * (c.facets.length ? 1.35 : 1.02) + margin + 1;
  const clamp = (v: number, n: number) => Math.min(n, Math.max(0, v));
  return [
    clamp(Math.floor(c.x - reach), width),
    clamp(Math.floor(c.y - reach), height),
    clamp(Math.ceil(c.x + reach), width),
    clamp(Math.ceil(c.y + reach), height),
  ];
}

/** Chord through the void at signed depth, 0–1: a sphere's, or a polyhedron's bevel with a flat top. */
function thickness(c: CavitySpec, d: number): number {
  if (d >= 0) return 0;
  const depth = Math.min(1, -d / c.radius);
  return c.shape === 'round' ? Math.sqrt(depth * (2 - depth)) : Math.min(1, depth / 0.45);
}

/**
 * Fresnel fringes at signed distance d: bright inside and dark outside where `fringe` is positive (underfocus). Inside,
 * a fringe is at most as wide as the cavity; in a small cavity it becomes a solid bright or dark dot.
 */
function fringes(contrast: Contrast, d: number, radius: number): number {
  const x = d / (d < 0 ? Math.min(contrast.fringeWidth, 0.9 * radius) : contrast.fringeWidth);
  const first = -x * Math.exp(0.5 - 0.5 * x * x);
  const y = (Math.abs(x) - 2.9) / 0.9;
  return (
    contrast.fringe * (d > 0 ? contrast.halo : 1) * (first + contrast.secondFringe * Math.sign(x) * Math.exp(-y * y))
  );
}

/** Adds the cavity's relative contrast to `field`; projected overlaps add up, as intensities do. */
export function drawCavity(field: Field, c: CavitySpec, contrast: Contrast): void {
  const [x0, y0, x1, y1] = cavityWindow(c, contrast.fringeWidth * 4, field.width, field.height);
  const silhouette = silhouetteOf(c);
  const wavelength = c.radius * 0.35;
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const d = edgeDistance(silhouette, x + 0.5, y + 0.5);
      const t = thickness(c, d);
      let value = contrast.disc * t + fringes(contrast, d, c.radius);
      if (contrast.interior > 0 && t > 0 && c.facets.length)
        value += contrast.interior * Math.cos((2 * Math.PI * d) / wavelength) * t;
      field.data[y * field.width + x]! += c.strength * value;
    }
}

/** COCO uncompressed RLE (column-major, zeros first) of pixels whose centre lies within `offset` px of the edge. */
export function cavityMask(c: CavitySpec, offset: number, width: number, height: number) {
  const silhouette = silhouetteOf(c);
  const [wx0, wy0, wx1, wy1] = cavityWindow(c, Math.max(0, offset), width, height);
  const counts: number[] = [];
  let position = 0;
  let area = 0;
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let x = wx0; x < wx1; x++) {
    let start = -1;
    for (let y = wy0; y <= wy1; y++) {
      const inside = y < wy1 && edgeDistance(silhouette, x + 0.5, y + 0.5) <= offset;
      if (inside && start < 0) start = y;
      if (inside || start < 0) continue;
      const from = x * height + start;
      if (from === position && counts.length) counts[counts.length - 1]! += y - start;
      else counts.push(from - position, y - start);
      position = x * height + y;
      area += y - start;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, start), Math.max(x1, x + 1), Math.max(y1, y)];
      start = -1;
    }
  }
  if (position < width * height) counts.push(width * height - position);
  return {
    box: [x0, y0, x1, y1] as [number, number, number, number],
    area,
    mask: { size: [height, width] as [number, number], counts },
  };
}
