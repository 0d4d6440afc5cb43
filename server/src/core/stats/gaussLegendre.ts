export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss-Legendre rule on [0, 1]: exact for polynomials of degree up to 2 · points − 1. The nodes are Newton's roots of the
 * Legendre polynomial (Press and others, Numerical Recipes, section 4.6).
 * @param points at least 1
 */
export function gaussLegendre(points: number): Quadrature {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let k = 0; k < points; k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (points + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      let [value, before] = [1, 0];
      for (let j = 1; j <= points; j++) [value, before] = [((2 * j - 1) * x * value - (j - 1) * before) / j, value];
      slope = (points * (x * value - before)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes[k] = (1 - x) / 2;
    weights[k] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
