import { describe, expect, it } from 'vitest';
import { decompressCounts, compressCounts } from '../../../server/src/core/geometry/rle';
import { syntheticDomains } from '../../../server/src/core/synthetic/domains';
import { renderMicrograph } from '../../../server/src/core/synthetic/micrograph';

const size = { width: 256, height: 192 };

describe('renderMicrograph', () => {
  it.each(syntheticDomains.map((d) => d.name))('draws %s reproducibly, with boxes tight on its masks', (domain) => {
    const a = renderMicrograph({ domain, seed: 5, ...size });
    expect(renderMicrograph({ domain, seed: 5, ...size })).toEqual(a);
    expect(renderMicrograph({ domain, seed: 6, ...size }).data).not.toEqual(a.data);
    for (const c of a.cavities) {
      const counts = decompressCounts(compressCounts(c.mask.counts));
      expect(counts).toEqual(c.mask.counts);
      expect(counts.reduce((s, n) => s + n, 0)).toBe(size.width * size.height);
      let position = 0;
      const seen = { x0: Infinity, y0: Infinity, x1: 0, y1: 0 };
      counts.forEach((run, i) => {
        if (i % 2)
          for (let k = position; k < position + run; k++) {
            const [x, y] = [Math.floor(k / size.height), k % size.height];
            Object.assign(seen, {
              x0: Math.min(seen.x0, x),
              y0: Math.min(seen.y0, y),
              x1: Math.max(seen.x1, x + 1),
              y1: Math.max(seen.y1, y + 1),
            });
          }
        position += run;
      });
      expect([seen.x0, seen.y0, seen.x1, seen.y1]).toEqual([...c.box]);
    }
  });

  it('draws no cavities into an empty foil', () => {
    for (let seed = 0; seed < 5; seed++)
      expect(renderMicrograph({ domain: 'empty-foil', seed, ...size }).cavities).toHaveLength(0);
  });

  it('reverses the sign of the contrast with focus', () => {
    /** Mean grey at cavity centres minus that of the whole image, over several images. */
    const contrast = (domain: string) => {
      let total = 0;
      for (let seed = 0; seed < 8; seed++) {
        const m = renderMicrograph({ domain, seed, width: 256, height: 256 });
        const mean = m.data.reduce((s, v) => s + v, 0) / m.data.length;
        for (const c of m.cavities)
          total += m.data[Math.floor((c.box[1] + c.box[3]) / 2) * 256 + Math.floor((c.box[0] + c.box[2]) / 2)]! - mean;
      }
      return total;
    };
    expect(contrast('underfocus-round')).toBeGreaterThan(0);
    expect(contrast('overfocus-round')).toBeLessThan(contrast('underfocus-round'));
  });

  it('refuses an unknown domain in words', () => {
    expect(() => renderMicrograph({ domain: 'moon', seed: 1, ...size })).toThrow('There is no domain named "moon".');
  });
});
