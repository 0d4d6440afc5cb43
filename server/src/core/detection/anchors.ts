/** DefaultAnchorGenerator.generate_cell_anchors: sizes outer, ratios (h / w) inner; 4 numbers per anchor, centred at the origin, in pixels. */
export function cellAnchors(sizes: readonly number[], aspectRatios: readonly number[]): Float32Array {
  const out: number[] = [];
  for (const size of sizes)
    for (const ratio of aspectRatios) {
      const w = Math.sqrt((size * size) / ratio);
      const h = ratio * w;
      out.push(-w / 2, -h / 2, w / 2, h / 2);
    }
  return Float32Array.from(out);
}
