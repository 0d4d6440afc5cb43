import type { EstimateViewDto, PredictionDto } from '../../../server/src/protocol/types';
import { h } from '../dom';
import { t } from '../l10n';
import type { EstimateState } from '../messages';
import { translateSentence } from '../sentences';

const marks = { reliable: '✓', review: '◐', unreliable: '⚠', unknown: '?' } as const;
const words = () => ({
  reliable: t('reliable'),
  review: t('review'),
  unreliable: t('unreliable'),
  unknown: t('unknown'),
});

/** Precision or recall as text, with its interval. */
export const predictionText = (p: PredictionDto): string =>
  `${p.value.toFixed(2)} (${p.low.toFixed(2)}–${p.high.toFixed(2)})`;

/** Text of the rule behind the level, which the engine applied. Empty if the level has another cause. */
export function levelRule(e: Pick<EstimateViewDto, 'f1' | 'interval' | 'reliability' | 'thresholds'>): string {
  const { f1, interval, reliability, thresholds } = e;
  if (f1 === null || !thresholds) return '';
  const [low, review] = [thresholds.low.toFixed(2), thresholds.review.toFixed(2)];
  switch (reliability) {
    case 'unreliable':
      return t('unreliable, because the prediction is below {0}', low);
    case 'review':
      return f1 < thresholds.review
        ? t('review, because the prediction is below {0}', review)
        : t('review, because the lower end of the interval is below {0}', low);
    case 'reliable':
      return interval
        ? t('reliable, because the prediction is at least {0} and the interval begins above {1}', review, low)
        : '';
    case 'unknown':
      return t('unknown, because the image is outside the applicability domain');
  }
}

/** A scale from 0 to 1 with the interval, the prediction and the two thresholds. */
function intervalBar({ f1, interval, thresholds }: EstimateViewDto): HTMLElement | null {
  if (f1 === null || !interval) return null;
  const at = (v: number) => `left:${(100 * v).toFixed(1)}%`;
  return h(
    'div',
    { class: 'interval', 'aria-hidden': 'true' },
    h('i', {
      class: 'range',
      style: `${at(interval.low)};width:${(100 * (interval.high - interval.low)).toFixed(1)}%`,
    }),
    ...(thresholds ? [thresholds.low, thresholds.review].map((v) => h('i', { class: 'limit', style: at(v) })) : []),
    h('i', { class: 'value', style: at(f1) }),
  );
}

/** Shows F1 with its interval, precision, recall, and the level with its rule; without F1, the reason. */
export function renderBadge(badge: HTMLElement, state: EstimateState, onEstimate: () => void): void {
  badge.replaceChildren();
  delete badge.dataset.reliability;
  delete badge.dataset.f1;
  if (state.kind === 'running') {
    badge.append(h('div', { class: 'dim' }, t('Estimating F1…')), h('div', { class: 'skeleton' }));
    return;
  }
  if (state.kind !== 'done') {
    if (state.kind === 'failed') badge.append(h('div', {}, state.message));
    badge.append(h('button', { onclick: onEstimate }, state.kind === 'failed' ? t('Try again') : t('Estimate F1')));
    return;
  }
  const e = state.estimate;
  badge.dataset.reliability = e.reliability;
  badge.dataset.f1 = e.f1 === null ? '' : String(e.f1);
  const level = h('span', { class: 'level' }, `${marks[e.reliability]} ${words()[e.reliability]}`);
  if (e.f1 === null) {
    level.classList.add('alone');
    badge.append(h('div', {}, level), h('div', {}, translateSentence(e.reason, t)));
    return;
  }
  badge.append(
    h('div', { class: 'headline' }, h('strong', {}, e.f1.toFixed(2)), h('span', {}, t('predicted F1'), h('br'), level)),
  );
  const bar = intervalBar(e);
  if (bar) badge.append(bar);
  if (e.interval)
    badge.append(
      h(
        'div',
        { class: 'dim bounds' },
        h(
          'span',
          {},
          t(
            '{0} % interval: {1} to {2}',
            Math.round(e.interval.level * 100),
            e.interval.low.toFixed(2),
            e.interval.high.toFixed(2),
          ),
        ),
        e.thresholds
          ? h('span', {}, t('limits {0}, {1}', e.thresholds.low.toFixed(2), e.thresholds.review.toFixed(2)))
          : null,
      ),
    );
  if (e.precision && e.recall)
    badge.append(
      h(
        'div',
        { class: 'pair' },
        h('span', {}, t('precision'), ' ', h('b', {}, predictionText(e.precision))),
        h('span', {}, t('recall'), ' ', h('b', {}, predictionText(e.recall))),
      ),
    );
  const rule = levelRule(e);
  if (rule) badge.append(h('div', { class: 'dim' }, rule));
  if (e.truth && e.truth.f1 !== null)
    badge.append(h('div', {}, t('measured against the labels: F1 {0}', e.truth.f1.toFixed(2))));
}
