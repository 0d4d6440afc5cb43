import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { quantitiesPanel, type AskQuantities, type TakeAlong } from '../../../media/preview/panels/quantities';
import { Store } from '../../../media/preview/state';
import type { MeasureViewDto } from '../../../server/src/protocol/quantities';
import type { EstimateViewDto } from '../../../server/src/protocol/types';

const view: MeasureViewDto = {
  lines: [
    { name: 'count', title: 'Cavities', text: '12 (10 to 15)', cause: 'most of it from missed cavities (90 %)', available: true }, // prettier-ignore
    { name: 'swellingPercent', title: 'Swelling', text: 'The foil thickness is unknown.', cause: '', available: false },
  ],
  images: 1,
  detections: 12,
  cut: 2,
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
  const ask = vi.fn<AskQuantities>();
  const take = { copy: vi.fn<TakeAlong['copy']>(), export: vi.fn<TakeAlong['export']>() };
  const panel = quantitiesPanel(store, ask, take);
  document.body.append(panel);
  expect(panel.hidden).toBe(true);
  store.set({ estimate: { kind: 'done', estimate } });
  expect(panel.hidden).toBe(false);
  expect(ask).toHaveBeenLastCalledWith(false, null);
  store.set({ quantities: view });
  expect([...panel.querySelectorAll('dt')].map((e) => e.textContent)).toEqual(['Cavities', 'Swelling']);
  expect(panel.querySelector('dd')!.textContent).toBe('12 (10 to 15)most of it from missed cavities (90 %)');
  expect(panel.querySelector('[role=status]')!.textContent).toContain('2 of 12 detections are cut by the frame');
  const thickness = panel.querySelector('input')!;
  thickness.value = '80';
  thickness.dispatchEvent(new Event('change'));
  expect(store.state.view.thicknessNm).toBe(80);
  expect(ask).toHaveBeenLastCalledWith(false, 80);
  panel.querySelector('button')!.dispatchEvent(new Event('click'));
  expect(ask).toHaveBeenLastCalledWith(true, 80);
  panel.querySelector('#copy-detections')!.dispatchEvent(new Event('click'));
  expect(take.copy.mock.calls).toEqual([['detections']]);
  panel.querySelector('#export')!.dispatchEvent(new Event('click'));
  expect(take.export).toHaveBeenCalledOnce();
  store.set({ quantities: { failed: 'The server ended.' } });
  expect(panel.querySelector('[role=status]')!.textContent).toBe('The server ended.');
});
