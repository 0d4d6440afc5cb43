import { expect, it } from 'vitest';
import { closingLine, progressText } from '../../../server/src/cli/auditProgress';

const levels = { reliable: 3, review: 2, unreliable: 1, unknown: 0 };

it('reports rate, time left and levels', () => {
  expect(progressText(6, 306, 2, levels)).toBe(
    '6 / 306, 3.0 images/s, 1 min 40 s left; 3 reliable, 2 review, 1 unreliable, 0 unknown',
  );
  expect(progressText(600, 100_000, 20, levels)).toContain('30 images/s, 55 min 13 s left');
  expect(progressText(1, 100_000, 1, levels)).toContain('27 h 46 min left');
  expect(progressText(0, 10, 0, levels)).toContain('0 / 10, 0.0 images/s;');
});

it('ends with one line of pairs', () => {
  const line = closingLine({
    total: 8,
    done: 6,
    fromCache: 2,
    cancelled: true,
    byOutcome: { estimated: 5, 'no-detections': 0, 'no-forest': 0, unreadable: 0, unsupported: 0, failed: 1 },
    byReliability: levels,
    meanF1: null,
    seconds: 12.34,
  });
  expect(line).toBe(
    'audit done=6 total=8 from-cache=2 failed=1 reliable=3 review=2 unreliable=1 unknown=0 seconds=12.3',
  );
});
