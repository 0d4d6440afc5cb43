/**
 * The candidates whose acceptance gives the highest expected F1, from calibrated probabilities: with the k most
 * probable accepted, E[F1] ≈ 2 Σ P(accepted) / (k + Σ P(all)) (Lipton, Elkan, Naryanaswamy 2014). Accepting nothing
 * counts as an F1 of 1 with the probability that the image contains no cavity. This is at most 1 − max P (Fréchet), and
 * Π (1 − P) if the candidates were independent. They are not: the candidates of one image are often all true or all
 * false. The upper bound gave the best results (training.json, emptyImages).
 * @returns indices in ascending order, which is highest score first
 */
export function bestExpectedF1(probabilities: ArrayLike<number>): Int32Array {
  const order = Array.from({ length: probabilities.length }, (_, i) => i).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b,
  );
  const total = order.reduce((s, i) => s + probabilities[i]!, 0);
  let best = order.length > 0 ? 1 - probabilities[order[0]!]! : 1;
  let take = 0;
  let sum = 0;
  order.forEach((i, k) => {
    sum += probabilities[i]!;
    const expected = (2 * sum) / (k + 1 + total);
    if (expected > best) [best, take] = [expected, k + 1];
  });
  return Int32Array.from(order.slice(0, take)).sort();
}
