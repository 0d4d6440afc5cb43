import { expect, it } from 'vitest';
import { closingLine, progressText } from '../../../server/src/cli/auditProgress';

const levels = { reliable: 3, review: 2, unreliable: 1, unknown: 0 };

it('reports rate, time left and levels', () => {
  const at = (done: number, total: number, rate: number, secondsLeft: number | null) =>
    progressText({ done, total, rate, secondsLeft, seconds: 1, byReliability: levels });
  expect(at(6, 306, 3, 100)).toBe(
    '6 / 306, 3.0 images/s, 1 min 40 s left; 3 reliable, 2 review, 1 unreliable, 0 unknown',
  );
  expect(at(600, 100_000, 30, 3313.3)).toContain('30 images/s, 55 min 13 s left');
  expect(at(1, 100_000, 1, 99_999)).toContain('27 h 46 min left');
  expect(at(0, 10, 0, null)).toContain('0 / 10, 0.0 images/s;');
});

it('ends with one line of pairs', () => {
  const line = closingLine({
    total: 8,
    done: 6,
    fromCache: 2,
    reassessed: 1,
    evicted: 2,
    cancelled: true,
    byOutcome: { estimated: 5, 'no-detections': 0, 'no-forest': 0, unreadable: 0, unsupported: 0, failed: 1 },
    byReliability: levels,
    meanF1: null,
    seconds: 12.34,
  });
  expect(line).toBe(
    'audit done=6 total=8 from-cache=2 reassessed=1 evicted=2 failed=1 reliable=3 review=2 unreliable=1 unknown=0 seconds=12.3',
  );
});
