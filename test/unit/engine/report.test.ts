import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../server/src/engine/engine.types';
import { ReportParts } from '../../../server/src/engine/report/reportParts';
import { ThumbnailStore } from '../../../server/src/engine/cache/thumbnailStore';
import { readImage } from '../../../server/src/engine/image/openImage';
import type { ThumbnailPlan } from '../../../server/src/engine/image/thumbnail';
import { dateWithZone, escapeHtml } from '../../../server/src/engine/report/html';
import { imageLink } from '../../../server/src/engine/report/imageItem';
import { htmlReport } from '../../../server/src/engine/report/page';
import type { ReportInput } from '../../../server/src/engine/report/reportInput';
import { thumbnailPlan } from '../../../server/src/engine/report/thumbnails';
import { remarks, verdictSentence } from '../../../server/src/engine/report/verdict';

let folder: string;
const evil = '<img src=x onerror=alert(1)>"\u202egnp.exe.png';

/** An estimate with three detections of 20 px on a 200 × 100 image. */
function estimate(name: string, f1: number | null, more: Partial<Estimate> = {}): Estimate {
  const boxes = Float32Array.from([0, 1, 2].flatMap((i) => [30 + 40 * i, 40, 50 + 40 * i, 60]));
  return {
    file: path.join(folder, name),
    outcome: f1 === null ? 'no-detections' : 'estimated',
    reason: 'A reason.',
    reasons: ['A reason.'],
    f1,
    interval: f1 === null ? null : { low: f1 - 0.1, high: Math.min(1, f1 + 0.1), level: 0.9 },
    precision: null,
    recall: null,
    performance: f1 === null ? null : Array.from({ length: 50 }, () => [1, f1] as const),
    publishedF1: null,
    explanation: null,
    reliability: f1 === null ? 'unknown' : f1 < 0.5 ? 'unreliable' : f1 < 0.7 ? 'review' : 'reliable',
    features: null,
    image: { width: 200, height: 100, bitDepth: 8, nmPerPixel: 0.5, nmPerPixelSource: 'tiff-tags' },
    timing: { decodeMs: 0, detectMs: 0, totalMs: 0 },
    model: { detector: 'det@1', forest: 'for@1' },
    detectionCount: 3,
    instances: {
      imageSize: { width: 200, height: 100 },
      boxes,
      scores: Float32Array.from([0.9, 0.8, 0.7]),
      classIds: new Int32Array(3),
      probabilities: Float32Array.from([0.99, 0.9, 0.8]),
    },
    rejected: null,
    candidates: null,
    candidateFeatures: null,
    imageStatistics: null,
    categories: ['cavity'],
    findings: [],
    imageKey: name,
    contentKey: name,
    fromCache: false,
    ...more,
  };
}
const input = (estimates: readonly Estimate[], more: Partial<ReportInput> = {}): ReportInput => ({
  estimates,
  folder,
  target: path.join(folder, 'out', 'report.html'),
  generated: new Date(Date.UTC(2026, 10, 27, 11, 5)),
  version: '9.9.9',
  thresholds: { low: 0.5, review: 0.7 },
  pictures: new Map(),
  ...more,
});

const foil = { thicknessNm: 80, thicknessUncertainty: 0.2, pixelSizeUncertainty: 0.01 };

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-report-'));
  const png = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#777' } })
    .png()
    .toBuffer();
  fs.mkdirSync(path.join(folder, 'run'));
  for (const name of ['a.png', 'b.png', 'run/c d#é.png', evil.replaceAll('/', '_')]) fs.writeFileSync(path.join(folder, name), png); // prettier-ignore
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const thumbnail = (e: Pick<Estimate, 'file' | 'imageKey'>, plan: ThumbnailPlan) => new ThumbnailStore(null).of(e, plan);

describe('HTML report', () => {
  it('states the verdict, shows every image, the worst first, and loads nothing from elsewhere', async () => {
    const images = [estimate('a.png', 0.9), estimate('b.png', 0.3), estimate('run/c d#é.png', 0.6)];
    const parts = new ReportParts(folder, { images: 3, foil, thumbnail });
    for (const e of images) await parts.add(e);
    const html = htmlReport(input(images, { ...(await parts.result()), skipped: [path.join(folder, 'notes.xyz')] }));
    expect(html).toContain('1 of 3 images can be used as it is.');
    const order = [...html.matchAll(/<li data-level="(\w+)"/g)].map((m) => m[1]);
    expect(order).toEqual(['unreliable', 'review', 'reliable']);
    expect(html).toContain('href="./../run/c%20d%23%C3%A9.png"');
    expect(html.match(/<img [^>]*alt="[^"]+, 3 detections" src="data:image\/jpeg;base64,/g)).toHaveLength(3);
    expect(html).toContain('>20 nm</text>');
    for (const text of ['Swelling', 'Mean diameter', 'foil 80 nm ± 20 %', 'TEM Gauge 9.9.9', 'det@1', 'notes.xyz', 'tiff-tags (3 images)'])
      expect(html, text).toContain(text); // prettier-ignore
    expect(html.replace(/data:image\/jpeg;base64,[\w+/=]+/g, '')).not.toMatch(/(src|href|url\()=?["']?(https?:)?\/\//);
    expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'/);
  });

  it('shows a hostile name as text', () => {
    const html = htmlReport(input([estimate(evil, 0.9, { reasons: ['<script>alert(2)</script>'] })]));
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });

  it('lists images in the order of the editor: without a forest after those with a low F1', () => {
    const none = { outcome: 'no-forest', reliability: 'unknown' } as const;
    const gone = { image: null, instances: null, outcome: 'unreadable', reason: 'Cut short.' } as const;
    const images = [estimate('none.png', null, none), estimate('low.png', 0.3), estimate('gone.png', null, gone)];
    const [, list] = htmlReport(input(images)).split('class="images"');
    const order = ['gone.png', 'low.png', 'none.png'].map((name) => list!.indexOf(name));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThan(0);
  });

  it('survives unreadable files and no images at all', () => {
    const gone = estimate('gone.png', null, { image: null, instances: null, outcome: 'unreadable', reason: 'Cut short.', reasons: ['Cut short.'] }); // prettier-ignore
    const html = htmlReport(input([gone, estimate('a.png', null)], { stoppedOf: 7 }));
    expect(html).toContain('Stopped early: 2 of 7 images.');
    expect(html).toContain('1 not readable');
    expect(html).toContain('gone.png: Cut short.');
    expect(htmlReport(input([]))).toContain('No image was audited.');
  });

  it('takes the pictures of an earlier report from the cache, also when the file is gone', async () => {
    const store = new ThumbnailStore(path.join(folder, 'cache'));
    const name = 'passing.png';
    fs.copyFileSync(path.join(folder, 'a.png'), path.join(folder, name));
    const collect = async (images: number) => {
      const parts = new ReportParts(folder, { images, foil, thumbnail: (e, plan) => store.of(e, plan) });
      parts.addPicture(estimate(name, 0.9));
      return (await parts.result()).pictures.get(path.join(folder, name));
    };
    const made = await collect(1);
    expect(made).toMatch(/^data:image\/jpeg;base64,/);
    fs.rmSync(path.join(folder, name));
    expect(await collect(1)).toBe(made);
    // A page of so many images has smaller pictures, which are not in the cache.
    expect(await collect(2000)).toBeUndefined();
    await store.close();
  });

  it('takes small pictures that were kept while the image was estimated, and fewer bytes for many more images', async () => {
    const store = new ThumbnailStore(path.join(folder, 'kept'));
    const noise = Buffer.from(Uint8Array.from({ length: 400 * 300 }, (_, i) => (i * 2654435761) >>> 24));
    const name = path.join(folder, 'noise.png');
    await sharp(noise, { raw: { width: 400, height: 300, channels: 1 } })
      .png()
      .toFile(name);
    const read = await readImage(name);
    if (read.kind !== 'image') throw new Error(read.reason);
    await store.keep('noise', read.image);
    fs.rmSync(name);
    const of = (images: number) => store.of({ file: name, imageKey: 'noise' }, thumbnailPlan(images));
    const [some, many] = [await of(2000), await of(20_000)];
    expect((await sharp(some!).metadata()).width).toBe(160);
    expect(many!.length).toBeLessThan(some!.length);
    expect((await sharp(many!).metadata()).width).toBe(160);
    expect(await of(100)).toBeNull();
    await store.close();
  });

  it('keeps the thumbnails of 2,000 images below 20 MB', () => {
    expect(2000 * thumbnailPlan(2000).most).toBeLessThan(20e6);
    expect(thumbnailPlan(10).side).toBeGreaterThan(thumbnailPlan(2000).side);
  });
});

describe('sentences of the report', () => {
  it.each([
    [[0.9, 0.8], 'All 2 images can be used as they are.'],
    [[0.3, 0.2], 'None of 2 images can be used as they are.'],
    [[0.9, 0.8, 0.1], '2 of 3 images can be used as they are.'],
    [[0.9], 'The image can be used as it is.'],
    [[0.1], 'The image cannot be used as it is.'],
  ])('%j', (f1s, sentence) => {
    expect(verdictSentence(input(f1s.map((f, i) => estimate(`${i}.png`, f))))).toBe(sentence);
  });

  it('names the folder of most unreliable images and what labels say', () => {
    const bad = [1, 2, 3].map((i) => estimate(`run/${i}.png`, 0.2));
    const all = [...bad, estimate('a.png', 0.9), estimate('b.png', 0.3)];
    expect(remarks(input(all))).toEqual(['Folder run contains 3 of the 4 unreliable images.']);
    const trueF1 = new Map([[all[3]!.file, 0.8]]);
    expect(remarks(input(all, { trueF1 }))[1]).toBe(
      'Predicted F1 differs from the F1 by the labels by 0.10 on average (1 labelled image).',
    );
  });

  it.each([
    [60, '27 Nov 2026, 12:05 UTC+1'],
    [0, '27 Nov 2026, 11:05 UTC'],
    [-210, '27 Nov 2026, 07:35 UTC−3:30'],
  ])('writes the date with its zone, %i minutes east', (offset, text) => {
    expect(dateWithZone(new Date(Date.UTC(2026, 10, 27, 11, 5)), offset)).toBe(text);
  });

  it('links relative to the page and never to a scheme', () => {
    expect(imageLink('/x/report.html', '/x/javascript:alert(1).png')).toBe('./javascript%3Aalert(1).png');
    expect(imageLink('/x/y/report.html', '/x/z/a.dm4#2')).toBe('./../z/a.dm4');
    expect(escapeHtml(`<a href='"&`)).toBe('&#60;a href=&#39;&#34;&#38;');
  });
});
