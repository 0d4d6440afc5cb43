import { describe, expect, it } from 'vitest';
import { syntheticDomains } from '../../../server/src/core/synthetic/domains';
import { renderMicrograph, type SyntheticCavity } from '../../../server/src/core/synthetic/micrograph';

const size = { width: 320, height: 320 };
const archives = syntheticDomains.filter((d) => d.archive).map((d) => d.name);
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** Mean grey in the middle of a cavity minus that of the picture, in its deviations. */
function contrast(data: Uint8Array, { box }: SyntheticCavity): number {
  const mean = data.reduce((s, v) => s + v, 0) / data.length;
  const std = Math.sqrt(data.reduce((s, v) => s + (v - mean) ** 2, 0) / data.length);
  const [cx, cy] = [Math.floor((box[0] + box[2]) / 2), Math.floor((box[1] + box[3]) / 2)];
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, cy - 1); y <= Math.min(size.height - 1, cy + 1); y++)
    for (let x = Math.max(0, cx - 1); x <= Math.min(size.width - 1, cx + 1); x++, count++)
      sum += data[y * size.width + x]!;
  return (sum / count - mean) / std;
}

function contrasts(domain: string, ambiguous: boolean): number {
  const all = seeds.flatMap((seed) => {
    const m = renderMicrograph({ domain, seed, ...size });
    return m.cavities.filter((c) => c.ambiguous === ambiguous).map((c) => contrast(m.data, c));
  });
  expect(all.length).toBeGreaterThan(10);
  return all.reduce((s, v) => s + v, 0) / all.length;
}

describe('domains of archived pictures', () => {
  it('are bright in underfocus and dark in overfocus', () => {
    expect(contrasts('bubbles-in-speckle', false)).toBeGreaterThan(0.7);
    expect(contrasts('overfocus-archive', false)).toBeLessThan(-0.7);
  });

  it('mark as ambiguous what is fainter', () => {
    expect(contrasts('bubbles-in-speckle', true)).toBeLessThan(contrasts('bubbles-in-speckle', false) - 0.4);
    expect(contrasts('overfocus-archive', true)).toBeGreaterThan(contrasts('overfocus-archive', false) + 0.4);
  });

  it('leave no cavity ambiguous elsewhere', () => {
    const m = renderMicrograph({ domain: 'underfocus-round', seed: 3, ...size });
    expect(m.cavities.some((c) => c.ambiguous)).toBe(false);
  });
});

describe('real backgrounds', () => {
  const ramp = { width: 400, height: 350, data: Uint8Array.from({ length: 400 * 350 }, (_, i) => 60 + (i % 400) / 4) };

  it.each([...archives, 'mixed', 'faceted-large'])('carry %s reproducibly', (domain) => {
    const a = renderMicrograph({ domain, seed: 5, ...size, background: ramp });
    expect(renderMicrograph({ domain, seed: 5, ...size, background: ramp })).toEqual(a);
    expect(renderMicrograph({ domain, seed: 5, ...size }).data).not.toEqual(a.data);
  });

  it('show through where no cavity lies, and may be smaller than the frame', () => {
    const background = { ...ramp, width: 400, height: 40, data: ramp.data.slice(0, 400 * 40) };
    const m = renderMicrograph({ domain: 'empty-foil', seed: 2, ...size, background });
    expect(m.cavities).toHaveLength(0);
    expect(new Set(m.data).size).toBeGreaterThan(20);
  });
});
