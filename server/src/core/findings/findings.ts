import type { Assessment } from '../reliability/assess';
import { say, sentences } from '../text/sentences';

export interface Finding {
  readonly code: 'low-f1' | 'uncertain-f1' | 'out-of-domain' | 'no-detections';
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
}

/** Findings of an assessment for the Problems panel: one sentence each, with the numbers and the main reason. */
export function assessmentFindings(
  a: Pick<Assessment, 'outcome' | 'f1' | 'interval' | 'reliability' | 'reasons' | 'outside'>,
): Finding[] {
  const reason = a.reasons[0] ?? '';
  if (a.outcome === 'no-detections') return [{ code: 'no-detections', severity: 'information', message: reason }];
  if (a.f1 === null || !a.interval) return [];
  const numbers = [a.f1.toFixed(2), a.interval.low.toFixed(2), a.interval.high.toFixed(2)];
  if (a.outside)
    return [{ code: 'out-of-domain', severity: 'warning', message: say(sentences.notTrusted, ...numbers, reason) }];
  if (a.reliability === 'unreliable')
    return [{ code: 'low-f1', severity: 'warning', message: say(sentences.low, ...numbers, lower(reason)) }];
  if (a.reliability === 'review')
    return [
      { code: 'uncertain-f1', severity: 'information', message: say(sentences.forReview, ...numbers, lower(reason)) },
    ];
  return [];
}

const lower = (sentence: string) => {
  const text = sentence || sentences.noFeature;
  return text[0]!.toLowerCase() + text.slice(1);
};
