import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EstimateViewDto } from '../../server/src/protocol/types';
import { chromiumPath } from '../host/chromium.mjs';
import { detection } from '../unit/media/detections';
import { Harness, themes, valueAt, type Theme } from './harness';

const shots = path.resolve(import.meta.dirname, '../../out/screenshots');

const estimate = (count = 3, change: Partial<EstimateViewDto> = {}): EstimateViewDto => ({
  schema: 'tem-gauge/estimate@1',
  uri: 'file:///a.tif',
  file: '/a.tif',
  outcome: 'estimated',
  reason: 'About 25 small cavities are probably missed.',
  reasons: ['What is found is right; about 25 small cavities are probably missed.'],
  f1: 0.58,
  interval: { low: 0.44, high: 0.69, level: 0.9 },
  precision: { value: 0.93, low: 0.85, high: 0.98, level: 0.9 },
  recall: { value: 0.42, low: 0.3, high: 0.55, level: 0.9 },
  publishedF1: 0.6,
  reliability: 'review',
  features: { detectionCount: count, meanScore: 0.876 },
  featureLabels: { detectionCount: 'number of detections', meanScore: 'mean score' },
  explanation: { baseValue: 0.82, contributions: { detectionCount: 0.04, meanScore: -0.28 } },
  image: { width: 1300, height: 700, bitDepth: 16, nmPerPixel: 0.5, nmPerPixelSource: 'tiff-tags' },
  detections: Array.from({ length: count }, (_, i) => {
    const [x, y] = [40 + (i % 40) * 30, 40 + (Math.floor(i / 40) % 20) * 30];
    return detection([x, y, x + 20, y + 20], 0.9, 0.5 + (i % 3) * 0.2);
  }),
  candidates: [detection([600, 600, 640, 640], 0.3, 0.2)],
  outlines: Array.from({ length: count }, () => []),
  timing: { decodeMs: 1, detectMs: 1, totalMs: 2 },
  model: { detector: 'cavity-compact', forest: null },
  contentKey: 'k',
  imageKey: 'k',
  findings: [],
  thresholds: { low: 0.5, review: 0.7 },
  truth: null,
  ...change,
});

describe.skipIf(!chromiumPath)('the preview in a browser', () => {
  let harness: Harness;
  beforeAll(async () => {
    fs.mkdirSync(shots, { recursive: true });
    harness = await Harness.start();
    await harness.push({ type: 'image', image: harness.image });
    await harness.page.locator('#skeleton').waitFor({ state: 'hidden' });
    await harness.frames(5);
  });
  afterAll(() => harness?.stop());

  it('shows the picture before any estimate, and offers one', async () => {
    const [left, right] = await Promise.all([harness.pixel(60, 300), harness.pixel(700, 300)]);
    expect(right[0]).toBeGreaterThan(left[0]! + 50);
    await harness.page.getByRole('button', { name: 'Estimate F1' }).click();
    expect(await harness.sent()).toContainEqual({ type: 'estimate' });
  });

  it('says the exact grey value, place and source of the pixel size', async () => {
    await harness.page.locator('#stage').press('1');
    await harness.page.waitForTimeout(300);
    const box = (await harness.page.locator('#stage').boundingBox())!;
    await harness.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await harness.page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
    const text = (await harness.page.locator('#pointer').textContent())!;
    const [, x, y] = /x (\d+), y (\d+)/.exec(text)!.map(Number);
    expect(text).toContain(`value ${valueAt(x!, y!)}`);
    expect(await harness.page.locator('#scale').textContent()).toContain('0.5 nm/px from the file’s tags');
    await harness.page.locator('#stage').press('0');
  });

  it('changes window and level by presets, handles and a drag with the right button', async () => {
    const { page } = harness;
    await page.locator('#stage').press('w');
    await page.locator('#histogram').waitFor();
    const before = await harness.pixel(300, 300);
    await page.locator('#stage').press('i');
    await harness.frames(2);
    expect((await harness.pixel(300, 300))[0]).toBeCloseTo(255 - before[0]!, -1);
    await page.locator('#stage').press('r');
    await page.getByRole('slider', { name: 'Grey value shown as white' }).fill('300');
    await harness.frames(2);
    expect((await harness.pixel(400, 300))[0]).toBe(255);
    const box = (await page.locator('#stage').boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(box.x + 500, box.y + 200, { steps: 5 });
    await page.mouse.up({ button: 'right' });
    await harness.frames(2);
    expect((await harness.pixel(400, 300))[0]).toBeLessThan(255);
    await page.locator('#stage').press('r');
    await page.locator('#stage').press('w');
  });

  it('shows the level with its rule, reasons and bars, and the detections', async () => {
    const { page } = harness;
    expect(await harness.coloured()).toBe(0);
    await harness.push({ type: 'estimate', state: { kind: 'done', estimate: estimate() } });
    expect(await page.locator('#badge').getAttribute('data-f1')).toBe('0.58');
    const badge = (await page.locator('#badge').textContent())!;
    expect(badge).toContain('review, because the prediction is below 0.70');
    expect(badge).toContain('0.42 (0.30–0.55)');
    expect(await page.locator('#why .bars li').first().textContent()).toContain('mean score');
    expect(await page.locator('#count').textContent()).toBe('3 of 3 shown');
    expect(await harness.coloured()).toBeGreaterThan(50);
    await page.screenshot({ path: path.join(shots, 'preview-dark.png') });
  });

  it('never draws detections of other pixels over the picture', async () => {
    const other = estimate(3, { imageKey: 'other' });
    await harness.push({ type: 'estimate', state: { kind: 'done', estimate: other } });
    expect(await harness.coloured()).toBe(0);
    await harness.push({ type: 'estimate', state: { kind: 'done', estimate: estimate() } });
    expect(await harness.coloured()).toBeGreaterThan(50);
  });

  it('goes through the detections by keyboard, the least certain first', async () => {
    const { page } = harness;
    await page.locator('#stage').press('j');
    expect(await page.locator('#pointed').textContent()).toContain('probability 0.50');
    await page.locator('#stage').press('j');
    expect(await page.locator('#pointed').textContent()).toContain('probability 0.70');
    expect(await page.locator('#detections').getAttribute('aria-activedescendant')).toBe('detection-1');
  });

  it('hides detections below the slider and shows candidates on request', async () => {
    const { page } = harness;
    await page.locator('#score-slider').fill('0.8');
    expect(await page.locator('#count').textContent()).toBe('1 of 3 shown');
    await page.locator('#score-slider').fill('0');
    await page.locator('#stage').press('c');
    expect(await page.locator('#count').textContent()).toContain('1 candidates dashed');
    await page.locator('#stage').press('c');
  });

  it('calibrates by two clicks on a known length', async () => {
    const { page } = harness;
    await page.locator('#facts summary').click();
    await page.getByRole('button', { name: 'Two clicks on a known length' }).click();
    const box = (await page.locator('#stage').boundingBox())!;
    await page.mouse.click(box.x + 100, box.y + 300);
    await page.mouse.click(box.x + 300, box.y + 300);
    await page.getByRole('spinbutton', { name: 'Length in nm' }).fill('100');
    await page.locator('#length').getByRole('button', { name: 'Set' }).click();
    const message = (await harness.sent()).find((m) => m.type === 'calibrate')!;
    const scale = box.width / 1300;
    expect(message.nmPerPixel).toBeCloseTo((100 * scale) / 200, 2);
  });

  it('steps with the view, lists its keys and closes the list', async () => {
    const { page } = harness;
    await page.locator('#stage').press('n');
    expect((await harness.sent()).find((m) => m.type === 'step')).toMatchObject({ to: 'doubtful' });
    await page.locator('#stage').press('?');
    await page.locator('#keys[open]').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('#keys[open]').count()).toBe(0);
  });

  it('builds only the rows in view of 5,000 detections', async () => {
    await harness.push({ type: 'estimate', state: { kind: 'done', estimate: estimate(5000) } });
    expect(await harness.page.locator('#count').textContent()).toBe('5000 of 5000 shown');
    expect(await harness.page.locator('#detections [role=option]').count()).toBeLessThan(40);
    await harness.page.locator('#detections').press('End');
    expect(await harness.page.locator('#detections [aria-selected=true]').getAttribute('aria-posinset')).toBe('5000');
  });

  it('draws the same after small steps of the slider as at once', async () => {
    const { page } = harness;
    // Boxes of 40 pixels every 30: they overlap.
    const detections = Array.from({ length: 600 }, (_, i) => {
      const [x, y] = [40 + (i % 40) * 30, 40 + Math.floor(i / 40) * 30];
      return detection([x, y, x + 40, y + 40], 0.9, ((i * 7) % 600) / 600);
    });
    const done = estimate(600, { detections });
    await harness.push({ type: 'estimate', state: { kind: 'done', estimate: done } });
    await page.locator('#stage').press('c');
    const slide = (to: number) => page.locator('#score-slider').fill(to.toFixed(2));
    // The pictures stay in the page: they are too large to be sent.
    const keep = (name: string) =>
      page.locator('#canvas').evaluate((canvas, key) => {
        const c = canvas as HTMLCanvasElement;
        const kept = ((globalThis as { kept?: Record<string, Uint8ClampedArray> }).kept ??= {});
        kept[key] = c.getContext('2d')!.getImageData(0, 0, c.width, c.height).data;
      }, name);
    const differences = (one: string, other: string) =>
      page.evaluate(
        ([x, y]) => {
          const { kept } = globalThis as unknown as { kept: Record<string, Uint8ClampedArray> };
          return kept[x!]!.reduce((n, v, i) => n + (Math.abs(v - kept[y!]![i]!) > 40 ? 1 : 0), 0);
        },
        [one, other],
      );
    await slide(0.9);
    await harness.frames(2);
    await keep('few');
    for (const to of [0.87, 0.84, 0.81, 0.84, 0.81, 0.78]) {
      await slide(to);
      await harness.frames(2);
    }
    await keep('stepwise');
    // A changed layer draws everything again.
    for (const key of ['m', 'm']) {
      await page.locator('#stage').press(key);
      await harness.frames(2);
    }
    await keep('whole');
    const drawn = await differences('few', 'whole');
    expect(drawn).toBeGreaterThan(500);
    // Lines that cross may be drawn in another order.
    expect(await differences('stepwise', 'whole')).toBeLessThan(0.02 * drawn);
    await slide(0);
    await page.locator('#stage').press('c');
  }, 30_000);

  it('moves the panel below the picture in a narrow editor', async () => {
    const { page } = harness;
    await page.setViewportSize({ width: 480, height: 700 });
    await harness.frames(3);
    const [stage, panel] = [await page.locator('#stage').boundingBox(), await page.locator('aside').boundingBox()];
    expect(panel!.y).toBeGreaterThanOrEqual(stage!.y + stage!.height - 1);
    await page.screenshot({ path: path.join(shots, 'preview-narrow.png') });
    await page.setViewportSize({ width: 1100, height: 700 });
  });

  it('says why a file cannot be shown', async () => {
    await harness.push({ type: 'unreadable', message: 'The file is empty.' });
    expect(await harness.page.locator('#notice').textContent()).toBe('The file is empty.');
    expect(await harness.page.locator('aside').isVisible()).toBe(false);
  });
});

describe.skipIf(!chromiumPath)('accessibility', () => {
  const axe = fs.readFileSync(path.resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8');
  it.each(Object.keys(themes) as Theme[])('has no axe violation in the theme %s', async (theme) => {
    const harness = await Harness.start(theme);
    try {
      await harness.push({ type: 'image', image: harness.image });
      await harness.push({ type: 'estimate', state: { kind: 'done', estimate: estimate(40) } });
      await harness.page.locator('#stage').press('w');
      await harness.page.screenshot({ path: path.join(shots, `preview-${theme}.png`) });
      const violations = await harness.page.evaluate(`${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))`); // prettier-ignore
      expect(violations).toEqual([]);
    } finally {
      await harness.stop();
    }
  });

  it('moves nothing while it waits where the system asks for reduced motion', async () => {
    const harness = await Harness.start();
    try {
      const animation = () => harness.page.locator('#skeleton').evaluate((e) => getComputedStyle(e).animationName);
      expect(await animation()).not.toBe('none');
      await harness.page.emulateMedia({ reducedMotion: 'reduce' });
      expect(await animation()).toBe('none');
      await harness.page.emulateMedia({ reducedMotion: 'no-preference' });
      await harness.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
      expect(await animation()).toBe('none');
    } finally {
      await harness.stop();
    }
  });

  it('copies the picture as shown by key, and says so', async () => {
    const harness = await Harness.start();
    try {
      const { page } = harness;
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await harness.push({ type: 'image', image: harness.image });
      await page.locator('#skeleton').waitFor({ state: 'hidden' });
      await page.locator('#stage').press('y');
      await page.locator('#said', { hasText: 'Picture copied.' }).waitFor();
      const size = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        const picture = await createImageBitmap(await item!.getType('image/png'));
        const canvas = document.querySelector('canvas')!;
        return [picture.width === canvas.width, picture.height === canvas.height, picture.width > 100];
      });
      expect(size).toEqual([true, true, true]);
    } finally {
      await harness.stop();
    }
  });
});
