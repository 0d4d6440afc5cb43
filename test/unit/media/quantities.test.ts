import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { quantitiesPanel, type QuantityActions } from '../../../media/preview/panels/quantities';
import { Store } from '../../../media/preview/state';
import type { MeasureViewDto, QuantityDto } from '../../../server/src/protocol/quantities';
import type { EstimateViewDto } from '../../../server/src/protocol/types';

const count: QuantityDto = { value: 12, low: 10, high: 15, level: 0.9, unit: '', causes: { missedCavities: 0.95, outlines: 0.05 }, detected: 12 }; // prettier-ignore
const view: MeasureViewDto = {
  lines: [
    { name: 'count', quantity: count, reason: '' },
    { name: 'swellingPercent', quantity: null, reason: 'The foil thickness is unknown.' },
    { name: 'numberDensity', quantity: null, reason: 'The foil thickness is unknown.' },
  ],
  images: 1,
  detections: 12,
  cut: 2,
  foil: { thicknessNm: 100, thicknessUncertainty: 0.2, source: 'table' },
};
const estimate = { image: { width: 10, height: 10 } } as unknown as EstimateViewDto;

beforeEach(() => {
  const { document, Event } = parseHTML('<html><body></body></html>');
  vi.stubGlobal('document', document);
  vi.stubGlobal('Event', Event);
});
afterEach(() => vi.unstubAllGlobals());

it('asks when an estimate is there, shows lines with causes, and asks again for a thickness or the folder', () => {
  const store = new Store();
  const ask = vi.fn<QuantityActions['measure']>();
  const setThickness = vi.fn<QuantityActions['setThickness']>();
  const take = { copy: vi.fn<QuantityActions['copy']>(), export: vi.fn<QuantityActions['export']>() };
  const panel = quantitiesPanel(store, { measure: ask, setThickness, ...take });
  document.body.append(panel);
  expect(panel.hidden).toBe(true);
  store.set({ estimate: { kind: 'done', estimate } });
  expect(panel.hidden).toBe(false);
  expect(ask).toHaveBeenLastCalledWith(false, null);
  store.set({ quantities: view });
  expect([...panel.querySelectorAll('dt')].map((e) => e.textContent)).toEqual([
    'Cavities',
    'Swelling',
    'Number density',
  ]);
  expect([...panel.querySelectorAll('dd')].map((e) => e.textContent)).toEqual([
    '12 (10 to 15)',
    'most of it from missed cavities (95\u00a0%)',
    'n.a.',
    'n.a.',
  ]);
  expect(panel.querySelector('h2')!.textContent).toBe('Quantitiesfoil 100 nm ± 20 %, from the table');
  // One sentence for both, then the cut detections.
  expect(panel.querySelector('[role=status]')!.textContent).toMatch(
    /^n\.a\.: The foil thickness is unknown\. Detections cut by the frame, which give no size: 2 of 12\./,
  );
  const thickness = panel.querySelector('input')!;
  thickness.value = '80';
  thickness.dispatchEvent(new Event('change'));
  expect(store.state.view.thicknessNm).toBe(80);
  expect(ask).toHaveBeenLastCalledWith(false, 80);
  expect(setThickness).toHaveBeenLastCalledWith(80);
  // Changed elsewhere, such as in the view Quantities.
  store.setView({ thicknessNm: 120 });
  expect(thickness.value).toBe('120');
  expect(ask).toHaveBeenLastCalledWith(false, 120);
  expect(setThickness).toHaveBeenCalledOnce();
  store.setView({ thicknessNm: 80 });
  panel.querySelector('button')!.dispatchEvent(new Event('click'));
  expect(ask).toHaveBeenLastCalledWith(true, 80);
  panel.querySelector('#copy-detections')!.dispatchEvent(new Event('click'));
  expect(take.copy.mock.calls).toEqual([['detections']]);
  panel.querySelector('#export')!.dispatchEvent(new Event('click'));
  expect(take.export).toHaveBeenCalledOnce();
  // Another frame: the lines of the last one are gone at once.
  store.set({ estimate: { kind: 'done', estimate: { ...estimate } } });
  expect(panel.querySelectorAll('dt')).toHaveLength(0);
  expect(panel.querySelector('[role=status]')!.textContent).toBe('Measuring…');
  store.set({ quantities: { failed: 'The server ended.' } });
  expect(panel.querySelector('[role=status]')!.textContent).toBe('The server ended.');
});
