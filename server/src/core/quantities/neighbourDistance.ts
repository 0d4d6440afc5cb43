/**
 * Mean distance from a centre to its nearest neighbour, in pixels. Only centres that are nearer to their neighbour than to
 * the frame take part, since others may have a nearer one outside (Hanisch 1984); all take part where none is left.
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
  const cells = Array.from({ length: columns * rows }, (): number[] => []);
  for (let i = 0; i < count; i++)
    cells[clamp(centres[2 * i + 1]!, rows) * columns + clamp(centres[2 * i]!, columns)]!.push(i);
  let [inside, n, all] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [centres[2 * i]!, centres[2 * i + 1]!];
    const [column, row] = [clamp(x, columns), clamp(y, rows)];
    let best = Infinity;
    // Rings of cells, until the nearest found is nearer than anything in the next ring.
    for (let ring = 0; ring <= Math.max(columns, rows) && best > (ring - 1) * cell; ring++)
      for (let r = Math.max(0, row - ring); r <= Math.min(rows - 1, row + ring); r++)
        for (let c = Math.max(0, column - ring); c <= Math.min(columns - 1, column + ring); c++) {
          if (Math.max(Math.abs(r - row), Math.abs(c - column)) !== ring) continue;
          for (const j of cells[r * columns + c]!)
            if (j !== i) best = Math.min(best, Math.hypot(centres[2 * j]! - x, centres[2 * j + 1]! - y));
        }
    all += best;
    if (best <= Math.min(x, y, width - x, height - y)) {
      inside += best;
      n++;
    }
  }
  return n > 0 ? { mean: inside / n, n } : { mean: all / count, n: count };
}
