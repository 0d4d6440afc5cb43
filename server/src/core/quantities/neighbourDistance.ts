/**
 * Mean distance from a centre to its nearest neighbour, in pixels. Only centres that are nearer to their neighbour than to
 * the frame are used, since others may have a nearer one outside (Hanisch 1984); all are used if none is left.
 * @param centres x, y pairs, of which the first `count` are used
 */
export function edgeFreeDistance(
  centres: ArrayLike<number>,
  count: number,
  width: number,
  height: number,
): { mean: number; n: number } {
  if (count < 2) return { mean: NaN, n: 0 };
  const cell = Math.max(1, Math.sqrt((width * height) / count));
  const columns = Math.max(1, Math.ceil(width / cell));
  const rows = Math.max(1, Math.ceil(height / cell));
  const clamp = (v: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(v / cell)));
  // Lists of the centres of each cell, linked by index: arrays per cell would cost more than the search.
  const first = new Int32Array(columns * rows).fill(-1);
  const next = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const own = clamp(centres[2 * i + 1]!, rows) * columns + clamp(centres[2 * i]!, columns);
    next[i] = first[own]!;
    first[own] = i;
  }
  let [inside, n, all] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = centres[2 * i]!;
    const y = centres[2 * i + 1]!;
    const column = clamp(x, columns);
    const row = clamp(y, rows);
    // Square of the distance.
    let nearest = Infinity;
    // Rings of cells are searched until no cell of the next ring can contain a nearer centre.
    for (let ring = 0; ring <= Math.max(columns, rows) && nearest > Math.max(0, (ring - 1) * cell) ** 2; ring++)
      for (let r = Math.max(0, row - ring); r <= Math.min(rows - 1, row + ring); r++)
        for (let c = Math.max(0, column - ring); c <= Math.min(columns - 1, column + ring); c++) {
          if (Math.max(Math.abs(r - row), Math.abs(c - column)) !== ring) continue;
          for (let j = first[r * columns + c]!; j >= 0; j = next[j]!) {
            if (j === i) continue;
            const dx = centres[2 * j]! - x;
            const dy = centres[2 * j + 1]! - y;
            nearest = Math.min(nearest, dx * dx + dy * dy);
          }
        }
    const best = Math.sqrt(nearest);
    all += best;
    if (best <= Math.min(x, y, width - x, height - y)) {
      inside += best;
      n++;
    }
  }
  return n > 0 ? { mean: inside / n, n } : { mean: all / count, n: count };
}
