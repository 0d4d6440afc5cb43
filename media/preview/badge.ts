import type { EstimateViewDto } from '../../server/src/protocol/types';
import type { EstimateState } from './messages';

const marks = { reliable: '✓', review: '◐', unreliable: '⚠', unknown: '?' } as const;

function line(tag: string, text: string, className = ''): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

/** What F1 is made of, a line each; nothing where the forest predicts F1 alone. */
export const precisionAndRecall = (e: Pick<EstimateViewDto, 'precision' | 'recall'>): string[] =>
  (['precision', 'recall'] as const).flatMap((name) => {
    const p = e[name];
    return p ? [`${name} ${p.value.toFixed(2)} (${p.low.toFixed(2)}–${p.high.toFixed(2)})`] : [];
  });

/** F1 with its interval, precision and recall, the level as mark, word and colour; or why there is no F1. */
export function renderBadge(badge: HTMLElement, state: EstimateState, onEstimate: () => void): void {
  badge.replaceChildren();
  delete badge.dataset.reliability;
  delete badge.dataset.f1;
  if (state.kind === 'running') badge.append(line('span', 'Estimating F1…', 'dim'));
  else if (state.kind === 'done') {
    const e = state.estimate;
    badge.dataset.reliability = e.reliability;
    badge.dataset.f1 = e.f1 === null ? '' : String(e.f1);
    badge.append(line('span', e.f1 === null ? 'F1 cannot be predicted' : 'Predicted F1', 'dim'));
    if (e.f1 !== null) badge.append(line('strong', e.f1.toFixed(2)));
    if (e.f1 !== null && e.interval)
      badge.append(
        line(
          'div',
          `${e.interval.low.toFixed(2)}–${e.interval.high.toFixed(2)} (${Math.round(e.interval.level * 100)} % interval)`,
          'dim',
        ),
      );
    if (e.f1 !== null) badge.append(...precisionAndRecall(e).map((text) => line('div', text)));
    badge.append(line('div', e.f1 === null ? e.reason : `${marks[e.reliability]} ${e.reliability}`));
  } else {
    if (state.kind === 'failed') badge.append(line('div', state.message));
    const button = line('button', state.kind === 'failed' ? 'Try again' : 'Estimate F1');
    button.addEventListener('click', onEstimate);
    badge.append(button);
  }
}

/** Reasons in words; one click behind them the features, each with what it adds to or takes from F1 (SHAP). */
export function renderReasons(list: HTMLElement, numbers: HTMLElement, state: EstimateState): void {
  const e = state.kind === 'done' ? state.estimate : null;
  list.replaceChildren(...(e && e.f1 !== null ? e.reasons : []).map((r) => line('li', r)));
  numbers.hidden = !e?.features;
  const published = e?.publishedF1 ?? null;
  numbers.querySelector('p')!.textContent =
    published === null ? '' : `A forest of the paper’s eight features alone predicts ${published.toFixed(2)}.`;
  const heading = line('tr', '');
  heading.append(line('th', 'feature'), line('th', 'value'), line('th', 'effect on F1'));
  numbers.querySelector('table')!.replaceChildren(
    heading,
    ...featureRows(e).map((cells) => {
      const row = document.createElement('tr');
      row.append(...cells.map((cell) => line('td', cell)));
      return row;
    }),
  );
}

/** Name, value and SHAP value of each feature, the most effective first. */
export function featureRows(e: Pick<EstimateViewDto, 'features' | 'explanation'> | null): string[][] {
  const effect = (name: string) => e?.explanation?.contributions[name];
  return Object.entries(e?.features ?? {})
    .sort(([a], [b]) => Math.abs(effect(b) ?? 0) - Math.abs(effect(a) ?? 0))
    .map(([name, value]) => {
      const added = effect(name);
      return [
        name,
        Number.isInteger(value) ? String(value) : value.toPrecision(3),
        added === undefined ? '' : `${added < 0 ? '−' : '+'}${Math.abs(added).toFixed(3)}`,
      ];
    });
}
