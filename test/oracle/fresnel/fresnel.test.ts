import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fresnelProfile } from '../../../server/src/core/synthetic/fresnel';

// Profiles of nomelabs/COSMIC-ML (MIT, Matthew J. Lynch 2024), relative to the larger of the table's value and 1.
// Tolerances: mean absolute deviation 0.005, 95th percentile 0.015 (measured: 0.0031 and 0.0087).
const file = path.join('..', 'shared', 'data', 'fresnel', 'fresnel_profiles.json');

interface Row {
  defocus_nm: number;
  r0_nm: number;
  I: number[];
}

describe.skipIf(!fs.existsSync(file))('Fresnel profiles against the published tables', () => {
  it('agree over radius and defocus', () => {
    const rows = (JSON.parse(fs.readFileSync(file, 'utf8')) as Row[]).filter(
      (row) =>
        [1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 30, 40].includes(row.r0_nm) &&
        (row.defocus_nm > 0 || [-2300, -2000, -1500, -1000, -700, -500, -300].includes(row.defocus_nm)),
    );
    expect(rows.length).toBeGreaterThan(80);
    const deviations: number[] = [];
    const worst = { mean: 0, name: '' };
    for (const row of rows) {
      const { intensity } = fresnelProfile(row.r0_nm, row.defocus_nm);
      const own = row.I.map((value, i) => Math.abs(intensity[i]! - value) / Math.max(1, value));
      const mean = own.reduce((sum, d) => sum + d, 0) / own.length;
      if (mean > worst.mean) Object.assign(worst, { mean, name: `${row.r0_nm} nm at ${row.defocus_nm} nm` });
      deviations.push(...own);
    }
    deviations.sort((a, b) => a - b);
    const mean = deviations.reduce((sum, d) => sum + d, 0) / deviations.length;
    const p95 = deviations[Math.floor(0.95 * deviations.length)]!;
    console.log(
      `${rows.length} profiles: mean absolute deviation ${mean.toFixed(4)}, 95th percentile ${p95.toFixed(4)}, ` +
        `worst profile ${worst.mean.toFixed(4)} (${worst.name})`,
    );
    expect(mean).toBeLessThan(0.005);
    expect(p95).toBeLessThan(0.015);
  });
});
