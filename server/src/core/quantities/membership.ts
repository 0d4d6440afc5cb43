/** Number of steps of the table over precision. */
const steps = 20;

/** Probability of detection i at a precision of 0–1. */
export type Membership = (precision: number, i: number) => number;

/**
 * Probability of each detection to be true, given how many are: the calibrated probabilities, shifted on the logit scale
 * by one amount for all, so that they sum to precision × n.
 * @returns for a precision (0–1) and a detection its probability, linear between tabulated precisions
 */
export function membership(probabilities: readonly number[]): Membership {
  const n = probabilities.length;
  const logits = probabilities.map((p) => {
    const inside = Math.min(1 - 1e-6, Math.max(1e-6, Number.isNaN(p) ? 0.5 : p));
    return Math.log(inside / (1 - inside));
  });
  const table = new Float32Array((steps + 1) * n);
  let shift = -32;
  for (let s = 1; s <= steps; s++) {
    shift = s === steps ? Infinity : solveShift(logits, (s / steps) * n, shift);
    logits.forEach((logit, i) => (table[s * n + i] = sigmoid(logit + shift)));
  }
  return (precision, i) => {
    const position = Math.min(1, Math.max(0, precision)) * steps;
    const s = Math.min(steps - 1, Math.floor(position));
    const from = table[s * n + i]!;
    return from + (position - s) * (table[(s + 1) * n + i]! - from);
  };
}

/**
 * Newton's method between bounds that every step narrows, because the sum increases with the shift.
 * @param above shift of a smaller sum, at least -32
 */
function solveShift(logits: readonly number[], target: number, above: number): number {
  let [low, high] = [above, 32];
  let shift = Math.max(above, -8);
  for (let k = 0; k < 60 && high - low > 1e-7; k++) {
    let [sum, slope] = [0, 0];
    for (const logit of logits) {
      const p = sigmoid(logit + shift);
      sum += p;
      slope += p * (1 - p);
    }
    if (sum < target) low = shift;
    else high = shift;
    const step = (sum - target) / slope;
    if (Math.abs(step) < 1e-7) break;
    shift = shift - step > low && shift - step < high ? shift - step : (low + high) / 2;
  }
  return shift;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
