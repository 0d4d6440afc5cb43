// Milliseconds per frame of the preview with 5,000 detections: pan, hover and slider, in a headless Chromium.
import { detection } from '../test/unit/media/detections';
import { Harness } from '../test/webview/harness';

const count = 5000;
const size = { width: 4096, height: 4096 };
const circle = (x: number, y: number, r: number) =>
  Array.from({ length: 40 }, (_, k) => [x + r * Math.cos(k / 6.37), y + r * Math.sin(k / 6.37)]).flat();
const places = Array.from({ length: count }, (_, i) => ({
  x: 40 + ((i * 797) % 4000),
  y: 40 + ((i * 389) % 4000),
  r: 6 + (i % 14),
}));
const harness = await Harness.start('dark', size);
await harness.push({ type: 'image', image: harness.image });
await harness.push({
  type: 'estimate',
  state: {
    kind: 'done',
    estimate: {
      schema: 'tem-gauge/estimate@1',
      uri: 'file:///a.tif',
      file: '/a.tif',
      outcome: 'estimated',
      reason: '',
      reasons: [],
      f1: 0.8,
      interval: null,
      precision: null,
      recall: null,
      publishedF1: null,
      reliability: 'review',
      features: null,
      explanation: null,
      image: null,
      candidates: [],
      detections: places.map(({ x, y, r }, i) => detection([x - r, y - r, x + r, y + r], 0.9, (i % 100) / 100)),
      outlines: places.map(({ x, y, r }) => [circle(x, y, r)]),
      timing: { decodeMs: 0, detectMs: 0, totalMs: 0 },
      model: { detector: 'bench', forest: null },
      contentKey: 'k',
      imageKey: 'k',
      findings: [],
    },
  },
});
await harness.frames(10);

/** Frames are as long as the slowest of script and drawing; 60 of them. */
const measure = (name: string, step: string) =>
  harness.page
    .evaluate(async (body) => {
      const act = new Function('i', body) as (i: number) => void;
      const times: number[] = [];
      for (let i = 0; i < 60; i++) {
        const began = performance.now();
        act(i);
        await new Promise(requestAnimationFrame);
        await new Promise((resolve) => setTimeout(resolve));
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      return { median: times[30]!, high: times[54]! };
    }, step)
    .then(({ median, high }) =>
      console.log(`${name}: median ${median.toFixed(1)} ms, 90th percentile ${high.toFixed(1)} ms per frame`),
    );

const pointer = (x: string, y: string, buttons: number) =>
  `const s=document.getElementById('stage');s.dispatchEvent(new PointerEvent('pointermove',{clientX:${x},clientY:${y},buttons:${buttons},movementX:3,movementY:1}))`;
console.log(`${count} detections on ${size.width} x ${size.height}, whole image on the stage`);
await measure('pan', pointer('300+i', '300', 1));
await measure('hover', pointer('100+7*i', '200+3*i', 0));
await measure(
  'slider',
  `const s=document.getElementById('score-slider');s.value=String(i/60);s.dispatchEvent(new Event('input'))`,
);
await harness.page.locator('#stage').press('1');
await harness.frames(20);
console.log('actual size');
await measure('pan', pointer('300+i', '300', 1));
await harness.stop();
