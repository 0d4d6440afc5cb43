import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchDetections } from '../../server/src/core/evaluation/matchDetections';
import type { CocoResult } from '../../server/src/engine/export/cocoExport';
import type { CocoDataset } from '../../server/src/engine/labels/cocoDataset';

// pycocotools is not installed with the project: PYTHON names an interpreter that has it.
const python = process.env.PYTHON ?? 'python3';
const hasPycocotools = spawnSync(python, ['-c', 'import pycocotools']).status === 0;

let folder: string;
let out: string;
const cli = (...args: string[]) => spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });
const names = ['overfocus-round-00102.png', 'underfocus-round-00101.png'].map(
  (wanted) => fs.readdirSync('media/samples/images').find((n) => n === wanted) ?? '',
);
const read = (name: string) => fs.readFileSync(path.join(out, name), 'utf8');
const json = <T>(name: string) => JSON.parse(read(name)) as T;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-export-'));
  out = path.join(folder, 'out');
  fs.mkdirSync(path.join(folder, 'in', 'sub'), { recursive: true });
  const available = fs.readdirSync('media/samples/images');
  const [one, two] = [names[0] || available[0]!, names[1] || available.at(-1)!];
  fs.copyFileSync(path.join('media/samples/images', one), path.join(folder, 'in', 'a,"1".png'));
  fs.copyFileSync(path.join('media/samples/images', two), path.join(folder, 'in', 'sub', 'b.png'));
  fs.writeFileSync(path.join(folder, 'in', 'broken.png'), 'x');
  const run = cli(
    'export',
    path.join(folder, 'in'),
    '--out',
    out,
    '--format',
    'all',
    '--nm-per-pixel',
    '0.4',
    '--json',
  );
  expect(run.status, run.stderr).toBe(0);
  expect((JSON.parse(run.stdout) as { written: string[] }).written).toHaveLength(12);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('tem-gauge export', () => {
  it('writes one row per image and one per cavity', () => {
    const images = parse(read('images.csv'), { columns: true, bom: true }) as Record<string, string>[];
    const cavities = parse(read('cavities.csv'), { columns: true, bom: true }) as Record<string, string>[];
    expect(images.map((r) => r.file)).toEqual(['a,"1".png', 'broken.png', 'sub/b.png']);
    for (const r of images) expect(cavities.filter((c) => c.file === r.file)).toHaveLength(Number(r.detections));
    const first = cavities[0]!;
    expect(Number(first.equivalentDiameterNm)).toBeCloseTo(0.4 * Number(first.equivalentDiameterPx), 3);
    expect(Number(first.areaPx)).toBeCloseTo((Math.PI / 4) * Number(first.equivalentDiameterPx) ** 2, 0);
    expect(Number(images[0]!.f1Low)).toBeLessThanOrEqual(Number(images[0]!.f1));
    expect(images[1]!.reason).not.toBe('');
  });

  it('writes the same detections as COCO results and as COCO instances', () => {
    const results = json<CocoResult[]>('coco-results.json');
    const dataset = json<CocoDataset>('coco-instances.json');
    expect(dataset.images.map((i) => i.file_name)).toEqual(['a,"1".png', 'sub/b.png']);
    expect(dataset.annotations).toHaveLength(results.length);
    results.forEach((r, i) => {
      const a = dataset.annotations[i]!;
      expect([a.image_id, a.category_id, a.bbox]).toEqual([r.image_id, r.category_id, r.bbox]);
      expect(r.score).toBeGreaterThan(0);
      expect(r.score).toBeLessThanOrEqual(1);
    });
    // Every box is found again among its own.
    const boxes = results
      .filter((r) => r.image_id === 1)
      .map(({ bbox: [x, y, w, h] }) => [x, y, x + w, y + h] as const);
    expect(matchDetections(boxes, { boxes })).toEqual({ tp: boxes.length, fp: 0, fn: 0 });
  });

  it.skipIf(!hasPycocotools)('is opened by pycocotools, and evaluates to 1 against itself', () => {
    const script = `
import json, sys
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
gt = COCO(sys.argv[1]); dt = gt.loadRes(sys.argv[2])
for kind in ('bbox', 'segm'):
    e = COCOeval(gt, dt, kind); e.params.maxDets = [1, 10, 1000]; e.evaluate(); e.accumulate()
    p = e.eval['precision'][0, :, 0, 0, -1]
    print(kind, p[p > -1].mean())
areas = [(a['area'], int(gt.annToMask(a).sum())) for a in gt.loadAnns(gt.getAnnIds())]
print('areas', max(abs(a - m) / max(a, 1) for a, m in areas if a > 30))`;
    const run = spawnSync(python, ['-c', script, path.join(out, 'coco-instances.json'), path.join(out, 'coco-results.json')], { encoding: 'utf8' }); // prettier-ignore
    expect(run.status, run.stderr).toBe(0);
    const value = (name: string) => Number(new RegExp(`^${name} ([\\d.e-]+)$`, 'm').exec(run.stdout)![1]);
    expect(value('bbox')).toBeGreaterThan(0.999);
    expect(value('segm')).toBeGreaterThan(0.99);
    expect(value('areas')).toBeLessThan(0.1);
  });

  it('takes the image ids of the labels of the folder, so that the results can be scored against them', () => {
    const labelled = path.join(folder, 'labelled');
    fs.mkdirSync(labelled);
    for (const name of ['a.png', 'new.png', 'z.png'])
      fs.copyFileSync(path.join('media/samples/images', names[1] || 'underfocus-round-00101.png'), path.join(labelled, name)); // prettier-ignore
    const images = [['z.png', 3], ['a.png', 70]].map(([file_name, id]) => ({ id, file_name })); // prettier-ignore
    const annotations = [{ id: 1, image_id: 70, category_id: 1, bbox: [1, 1, 20, 20] }];
    const labels = path.join(labelled, 'annotations.coco.json');
    fs.writeFileSync(labels, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cavity' }] }));
    const exported = path.join(folder, 'scored');
    const run = cli('export', labelled, '--out', exported, '--format', 'coco');
    expect(run.status, run.stderr).toBe(0);
    const dataset = JSON.parse(fs.readFileSync(path.join(exported, 'coco-instances.json'), 'utf8')) as CocoDataset;
    expect(dataset.images.map((i) => [i.file_name, i.id])).toEqual([['a.png', 70], ['new.png', 71], ['z.png', 3]]); // prettier-ignore
    const results = JSON.parse(fs.readFileSync(path.join(exported, 'coco-results.json'), 'utf8')) as CocoResult[];
    const ofLabelled = results.filter((r) => r.image_id !== 71);
    fs.writeFileSync(path.join(exported, 'labelled.json'), JSON.stringify(ofLabelled));
    const score = cli('score', '--truth', labels, '--predictions', path.join(exported, 'labelled.json'), '--json');
    expect(score.status, score.stderr).toBe(0);
    const pooled = JSON.parse(score.stdout.trim().split('\n').at(-1)!) as { tp: number; fp: number };
    expect(pooled.tp + pooled.fp).toBe(ofLabelled.length);
  });

  it('draws overlays with outlines and a scale bar', async () => {
    const svg = read('overlays/sub/b.png.overlay.svg');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="448" height="448"/);
    expect(svg).toContain('<title>20 nm</title>');
    const png = await sharp(path.join(out, 'overlays/sub/b.png.overlay.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true }); // prettier-ignore
    expect([png.info.width, png.info.height, png.info.channels]).toEqual([448, 448, 3]);
    let coloured = 0;
    for (let i = 0; i < png.data.length; i += 3) if (Math.abs(png.data[i]! - png.data[i + 2]!) > 60) coloured++;
    expect(coloured).toBeGreaterThan(100);
    const drawn = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
    const differing = drawn.filter((v, i) => Math.abs(v - png.data[i]!) > 40).length;
    expect(differing / drawn.length).toBeLessThan(0.01);
  });

  it('lists every image in the file of its level', () => {
    const listed = ['reliable', 'review', 'unreliable', 'unknown'].flatMap((l) =>
      read(`${l}.txt`).split('\n').filter(Boolean),
    );
    expect(listed.sort()).toEqual(['a,"1".png', 'broken.png', 'sub/b.png']);
    expect(read('unknown.txt')).toContain('broken.png');
  });

  it.each([
    [['export', '.'], '--out DIR is missing: the folder for the files.'],
    [['export', '.', '--out', '/tmp/x', '--format', 'csv,xml'], 'there is no format "xml"'],
  ])('refuses %j', (args, message) => {
    const { stderr, status } = cli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
