/**
 * Position of the median grey level between the 0.5 and 99.5 percentiles: 0.5 for a symmetric histogram, near 0 for
 * bright objects on a dark ground (fluorescence, dark field, the night sky), where bright-field micrographs have no
 * counterpart.
 * @returns 0 to 1; 0.5 for a blank image
 */
export function medianPosition(gray: Uint8Array): number {
  const counts = new Uint32Array(256);
  const step = Math.max(1, Math.floor(gray.length / 250_000));
  const n = Math.ceil(gray.length / step);
  // Two histograms, used in turn: neighbours are often equal, and consecutive additions to one bin depend on each
  // other.
  const odd = new Uint32Array(256);
  for (let i = 0; i < gray.length; i += 2 * step) counts[gray[i]!]!++;
  for (let i = step; i < gray.length; i += 2 * step) odd[gray[i]!]!++;
  for (let v = 0; v < 256; v++) counts[v]! += odd[v]!;
  const at = (q: number) => {
    let sum = 0;
    return counts.findIndex((c) => (sum += c) >= q * n && c > 0);
  };
  const [low, middle, high] = [at(0.005), at(0.5), at(0.995)];
  return high > low ? (middle - low) / (high - low) : 0.5;
}
