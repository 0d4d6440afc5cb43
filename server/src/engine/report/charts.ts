import { plural } from '../../core/text/plural';
import type { SizeDistributionDto } from '../../protocol/quantities';
import type { Reliability } from '../../protocol/vocabulary';
import type { Estimate } from '../engine.types';
import { shortNumber } from '../../core/text/quantityText';

const [width, height] = [420, 170];
const [left, right, top, bottom] = [34, 410, 18, 146];
const x = (f: number) => left + f * (right - left);
const n1 = (v: number) => v.toFixed(1);

const frame = (label: string, body: string) =>
  `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${body}</svg>`;
const axis = (ticks: readonly [at: number, text: string][], title: string) =>
  `<line class="axis" x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>${ticks
    .map(([at, text]) => {
      // A long number at the right end would be cut off.
      const [end, place] = at === 1 && text.length > 3 ? ['end', width] : ['middle', x(at)];
      return `<text x="${n1(place)}" y="${bottom + 14}" text-anchor="${end}">${text}</text>`;
    })
    .join('')}<text x="${left}" y="11">${title}</text>`;

/** Histogram of predicted F1 in twentieths, by level. */
export function f1Histogram(
  estimates: Iterable<Pick<Estimate, 'f1' | 'reliability'>>,
  thresholds: { low: number; review: number },
): string {
  const bins = 20;
  const order: readonly Reliability[] = ['reliable', 'review', 'unreliable', 'unknown'];
  const counts = Array.from({ length: bins }, () => ({ reliable: 0, review: 0, unreliable: 0, unknown: 0 }));
  let [predicted, below, above] = [0, 0, 0];
  for (const { f1, reliability } of estimates) {
    if (f1 === null) continue;
    predicted++;
    if (f1 < thresholds.low) below++;
    if (f1 >= thresholds.review) above++;
    counts[Math.min(bins - 1, Math.floor(f1 * bins))]![reliability]++;
  }
  const most = Math.max(1, ...counts.map((c) => order.reduce((s, l) => s + c[l], 0)));
  const bars = counts.flatMap((c, i) => {
    let y = bottom;
    return order.map((level) => {
      const h = (c[level] / most) * (bottom - top);
      y -= h;
      return h > 0 ? `<rect class="${level}" x="${n1(x(i / bins) + 1)}" y="${n1(y)}" width="${n1((right - left) / bins - 2)}" height="${n1(h)}"/>` : ''; // prettier-ignore
    });
  });
  const limits = [thresholds.low, thresholds.review]
    .map((t) => `<line class="limit" x1="${n1(x(t))}" y1="${top}" x2="${n1(x(t))}" y2="${bottom}"/>`)
    .join('');
  const ticks = [0, thresholds.low, thresholds.review, 1].map((t): [number, string] => [t, String(t)]);
  return frame(
    `Histogram of predicted F1: ${below} of ${plural(predicted, 'image')} below ${thresholds.low}, ${above} at or above ${thresholds.review}.`,
    axis(ticks, `images by predicted F1 (highest bar: ${most})`) + bars.join('') + limits,
  );
}

/** Every image's F1 as a dot with its interval as a line, the worst to the left; many images are joined by columns. */
export function f1Intervals(estimates: readonly Estimate[]): string {
  const known = estimates.filter((e) => e.f1 !== null && e.interval).sort((a, b) => a.f1! - b.f1!);
  if (known.length === 0) return '';
  const columns = Math.min(known.length, 180);
  const y = (f1: number) => n1(bottom - f1 * (bottom - top));
  const marks = Array.from({ length: columns }, (_, c) => {
    const own = known.slice(Math.floor((c * known.length) / columns), Math.floor(((c + 1) * known.length) / columns));
    const mean = (value: (e: Estimate) => number) => own.reduce((s, e) => s + value(e), 0) / own.length;
    const at = n1(x((c + 0.5) / columns));
    const level = own[own.length >> 1]!.reliability;
    return `<line class="${level}" x1="${at}" x2="${at}" y1="${y(mean((e) => e.interval!.low))}" y2="${y(mean((e) => e.interval!.high))}"/><circle cx="${at}" cy="${y(mean((e) => e.f1!))}" r="${columns > 60 ? 1.2 : 2}"/>`;
  });
  const scale = [0, 0.5, 1].map((t) => `<text x="${left - 6}" y="${Number(y(t)) + 4}" text-anchor="end">${t}</text>`).join(''); // prettier-ignore
  const widths = known.map((e) => e.interval!.high - e.interval!.low).sort((a, b) => a - b);
  return frame(
    `Predicted F1 of ${plural(known.length, 'image')} with 90 % intervals, in rising order; median width ${widths[widths.length >> 1]!.toFixed(2)}.`,
    `${axis([], 'predicted F1 with 90 % interval, images in rising order')}${scale}<g class="intervals">${marks.join('')}</g>`,
  );
}

/** Histogram of diameters with the cumulative fraction as a line. */
export function sizeHistogram(all: SizeDistributionDto): string {
  // A few very large ones would leave no room for the rest.
  const shown = all.cumulative.findIndex((f) => f >= 0.995) + 1;
  const sizes = { ...all, edges: all.edges.slice(0, shown + 1), counts: all.counts.slice(0, shown) };
  const beyond = all.counts.slice(shown).reduce((a, b) => a + b, 0);
  const [low, high] = [sizes.edges[0]!, sizes.edges.at(-1)!];
  const at = (d: number) => (d - low) / (high - low || 1);
  const most = Math.max(...sizes.counts);
  const bars = sizes.counts.map((c, i) => {
    const h = (c / most) * (bottom - top);
    const [x0, x1] = [x(at(sizes.edges[i]!)), x(at(sizes.edges[i + 1]!))];
    return `<rect class="size" x="${n1(x0 + 0.5)}" y="${n1(bottom - h)}" width="${n1(Math.max(0.5, x1 - x0 - 1))}" height="${n1(h)}"/>`;
  });
  const line = sizes.cumulative
    .slice(0, shown)
    .map((f, i) => `${n1(x(at(sizes.edges[i + 1]!)))},${n1(bottom - f * (bottom - top))}`);
  const median = sizes.edges[sizes.cumulative.findIndex((f) => f >= 0.5) + 1]!;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((f): [number, string] => [f, shortNumber(low + f * (high - low))]);
  return frame(
    `Histogram of ${sizes.n} diameters from ${shortNumber(low)} to ${shortNumber(high)} ${sizes.unit}; half of them are below ${shortNumber(median)} ${sizes.unit}.`,
    `${axis(ticks, `diameters in ${sizes.unit} (highest bar: ${most}), cumulative${beyond ? `; ${beyond} larger` : ''}`)}${bars.join('')}<polyline class="cumulative" points="${n1(left)},${bottom} ${line.join(' ')}"/>`,
  );
}
