import type { EstimateViewDto } from '../../../server/src/protocol/types';
import { h } from '../dom';
import { t } from '../l10n';
import type { EstimateState } from '../messages';
import { translateSentence } from '../sentences';

const shownFeatures = 5;

export interface FeatureRow {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** SHAP value; null without an explanation. */
  readonly effect: number | null;
  /** Fraction of the training images with a smaller value; null where unknown. */
  readonly rank: number | null;
}

/** Features with their SHAP values, the largest effect first. */
export function featureRows(
  e: Pick<EstimateViewDto, 'features' | 'explanation' | 'featureLabels'> | null,
): FeatureRow[] {
  const effect = (name: string) => e?.explanation?.contributions[name] ?? null;
  return Object.entries(e?.features ?? {})
    .sort(([a], [b]) => Math.abs(effect(b) ?? 0) - Math.abs(effect(a) ?? 0))
    .map(([name, value]) => ({
      name,
      label: t(e?.featureLabels?.[name] ?? name),
      value: Number.isInteger(value) ? String(value) : value.toPrecision(3),
      effect: effect(name),
      rank: e?.explanation?.ranks?.[name] ?? null,
    }));
}

/** A number with its sign and two decimals. */
export const signed = (v: number): string => `${v < 0 ? '−' : '+'}${Math.abs(v).toFixed(2)}`;

/** Rank of a feature among the training images, as text. */
export function rankText(rank: number | null): string {
  if (rank === null) return '';
  const percent = Math.round(rank * 100);
  return percent >= 50
    ? t('higher than in {0} % of the training images', percent)
    : t('lower than in {0} % of the training images', 100 - percent);
}

/** A bar from the middle: left and violet lowers F1, right and blue raises it; the sign and the number contain the same information. */
function bar(effect: number, largest: number): HTMLElement {
  const width = (50 * Math.abs(effect)) / largest;
  const left = effect < 0 ? 50 - width : 50;
  return h(
    'span',
    { class: 'bar', 'aria-hidden': 'true' },
    h('i', { class: effect < 0 ? 'lowers' : 'raises', style: `left:${left.toFixed(1)}%;width:${width.toFixed(1)}%` }),
  );
}

/** What to do, in words; then the features that move the prediction; all of them one click behind. */
export function renderWhy(advice: HTMLElement, chart: HTMLElement, state: EstimateState, onCard: () => void): void {
  const e = state.kind === 'done' ? state.estimate : null;
  advice.hidden = !e || e.f1 === null || e.reasons.length === 0;
  advice.replaceChildren(...(e?.reasons ?? []).map((reason) => h('p', {}, translateSentence(reason, t))));
  const rows = featureRows(e);
  chart.hidden = rows.length === 0;
  if (!e || rows.length === 0) return;
  const explained = rows.filter((r) => r.effect !== null);
  const largest = Math.max(1e-9, ...explained.map((r) => Math.abs(r.effect!)));
  const line = (r: FeatureRow) =>
    h(
      'li',
      {},
      h('span', {}, r.label),
      r.effect === null ? null : bar(r.effect, largest),
      h('span', { class: 'number' }, r.effect === null ? r.value : signed(r.effect)),
      h('small', {}, [r.value, rankText(r.rank)].filter(Boolean).join(', ')),
    );
  const base = e.explanation?.baseValue;
  chart.replaceChildren(
    h('h2', {}, t('Why'), base === undefined ? null : h('span', {}, t('from {0} on average', base.toFixed(2)))),
    h('ul', { class: 'bars' }, ...explained.slice(0, shownFeatures).map(line)),
    h(
      'details',
      {},
      h('summary', {}, t('All features')),
      e.publishedF1 === null
        ? null
        : h(
            'p',
            { class: 'dim' },
            t('A forest of the paper’s eight features alone predicts {0}.', e.publishedF1.toFixed(2)),
          ),
      h(
        'table',
        {},
        h(
          'tr',
          {},
          h('th', {}, t('feature')),
          h('th', {}, t('value')),
          h('th', {}, t('effect on F1')),
          h('th', {}, t('rank in training')),
        ),
        ...rows.map((r) =>
          h(
            'tr',
            {},
            h('td', {}, r.label),
            h('td', {}, r.value),
            h('td', {}, r.effect === null ? '' : signed(r.effect)),
            h('td', { title: rankText(r.rank) }, r.rank === null ? '' : `${Math.round(100 * r.rank)} %`),
          ),
        ),
      ),
    ),
    h('button', { class: 'link', onclick: onCard }, t('Model card')),
  );
}
