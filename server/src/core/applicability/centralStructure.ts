import { highPass, type CoarseCells } from './coarseCells';

/**
 * How equal the image is to itself turned by half a turn: the highest correlation over centres up to a tenth of the side
 * from the image's centre. Friedel's law makes diffraction patterns equal at opposite reflections, and a power spectrum is
 * exactly symmetric about zero frequency. The disc of an eighth of the side about the centre is left out, because
 * one round cavity in the middle is symmetric too.
 * @returns a correlation from −1 to 1
 */
export function pointSymmetry(cells: CoarseCells): number {
  const { n } = cells;
  const z = highPass(cells);
  const reach = Math.round(n / 5);
  const hole = (n / 4) ** 2; // in doubled coordinates
  let best = -1;
  for (let sy = n - 1 - reach; sy <= n - 1 + reach; sy++)
    for (let sx = n - 1 - reach; sx <= n - 1 + reach; sx++) {
      let [product, squares] = [0, 0];
      const [left, right] = [Math.max(0, sx - n + 1), Math.min(n - 1, sx)];
      // Each pair once: the upper half of the rows that have a partner.
      for (let y = Math.max(0, sy - n + 1); 2 * y <= sy; y++) {
        const dy = 2 * y - sy;
        const row = y * n;
        const partner = (sy - y) * n + sx;
        for (let x = left; x <= right; x++) {
          const dx = 2 * x - sx;
          if (dx * dx + dy * dy <= hole) continue;
          const a = z[row + x]!;
          const b = z[partner - x]!;
          product += a * b;
          squares += a * a + b * b;
        }
      }
      if (squares > 0 && (2 * product) / squares > best) best = (2 * product) / squares;
    }
  return best;
}

/**
 * Fraction of the variance of the grey levels that the distance from the image's centre explains, in rings of a
 * twenty-fourth of the side. Diffraction patterns, Kikuchi patterns and power spectra fade from the centre outward.
 * The disc of a third of the side is left out, as one large cavity in the middle depends on the distance too.
 * @returns 0 to 1; 0 for a blank image
 */
export function radialFraction({ n, values }: CoarseCells): number {
  const rings = 13;
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  let squares = 0;
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      const radius = Math.hypot(x - (n - 1) / 2, y - (n - 1) / 2);
      if (radius < n / 6) continue;
      const ring = Math.min(rings - 1, Math.floor((radius / (n / 2)) * (rings - 1)));
      const v = values[y * n + x]!;
      sums[ring]! += v;
      counts[ring]!++;
      squares += v * v;
    }
  const count = counts.reduce((a, b) => a + b, 0);
  const common = sums.reduce((a, b) => a + b, 0) ** 2 / count;
  const between = sums.reduce((s, v, i) => s + (counts[i]! > 0 ? (v * v) / counts[i]! : 0), 0);
  return squares - common <= 1e-6 * squares ? 0 : (between - common) / (squares - common);
}
