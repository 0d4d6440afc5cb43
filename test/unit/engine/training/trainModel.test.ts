import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingProgressDto } from '../../../../server/src/protocol/training';
import { createEngine } from '../../../../server/src/engine/engine';
import { readForest } from '../../../../server/src/engine/models/forestPackage';
import { verifyModel } from '../../../../server/src/engine/detector/verifyModel';
import { listModels } from '../../../../server/src/engine/models/modelStore';
import { trainModel, type TrainingOptions, type TrainingSets } from '../../../../server/src/engine/training/trainModel';
import { detectorPackage, trainToStore } from '../../../../server/src/engine/training/trainToStore';
import { fakeNetwork } from '../../../support/fakeNetwork';
import { labelledFolder } from './labelledFolder';

const modelPath = path.resolve('models/cavity-compact');
let set: Awaited<ReturnType<typeof labelledFolder>>;
let detected = 0;
const engineWith = (cache: string, before: () => void = () => {}) =>
  createEngine(
    { modelPath, forestPath: '', cacheDir: path.join(set.folder, cache) },
    fakeNetwork(() => {
      detected++;
      before();
    }),
  );
const grouping = { by: 'pattern', pattern: 'image-{group}' } as const;
const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  seed: 1,
  card: false,
  signal: new AbortController().signal,
  ...more,
});
const sets = (more: Partial<TrainingSets> = {}): TrainingSets => ({ folders: [set.folder], grouping, ...more });

beforeAll(async () => {
  set = await labelledFolder(24);
});
afterAll(() => fs.rmSync(set.folder, { recursive: true, force: true }));

describe('training', () => {
  it('is cancelled between images and continues later without detecting an image twice', async () => {
    const controller = new AbortController();
    const first = await engineWith('cache', () => detected === 7 && controller.abort());
    await expect(trainModel(first, sets(), options({ signal: controller.signal }))).rejects.toThrow();
    await first.dispose();
    const before = detected;
    expect(before).toBeLessThan(10);

    const second = await engineWith('cache');
    const progress: TrainingProgressDto[] = [];
    const trained = await trainModel(second, sets(), options({ onProgress: (p) => progress.push(p) }));
    await second.dispose();
    // Six were finished before the abort; the seventh may have been.
    expect(detected - before).toBeGreaterThanOrEqual(24 - before);
    expect(detected - before).toBeLessThanOrEqual(24 - 6);
    expect(trained.rows + trained.withoutDetections).toBe(24);
    const images = progress.filter((p) => p.phase === 'detecting');
    expect(images.map((p) => p.done)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(images[0]!.secondsLeft).toBeNull();
    expect(images.at(-1)!.secondsLeft).toBe(0);
    expect(progress.filter((p) => p.phase === 'fitting').map((p) => `${p.done}/${p.total}`)).toEqual(['0/3', '1/3', '2/3', '3/3']); // prettier-ignore

    const third = await engineWith('cache');
    const all = detected;
    const again = await trainModel(third, sets(), options());
    await third.dispose();
    expect(detected).toBe(all);
    expect(JSON.stringify(again.model)).toBe(JSON.stringify(trained.model));
  });

  it('puts images with the same pixels in other files into one group', async () => {
    const engine = await engineWith('cache');
    const [from, to] = ['image-0002.png', 'image-0017.png'].map((n) => path.join(set.folder, 'images', n));
    const kept = fs.readFileSync(to!);
    // What follows the end of a PNG is ignored.
    fs.writeFileSync(to!, Buffer.concat([fs.readFileSync(from!), Buffer.from('other')]));
    const notes: string[] = [];
    const trained = await trainModel(engine, sets(), options({ onNote: (n) => notes.push(n) }));
    await engine.dispose();
    fs.writeFileSync(to!, kept);
    expect(notes).toContain(
      '1 image has the same pixels as another: image-0017.png (as image-0002.png). 1 of these was in another group and counts in the group of the first.',
    );
    const groups = new Map(trained.table.rows.map((r) => [path.basename(String(r[0])), r[1]]));
    expect(groups.get('image-0017.png')).toBe(groups.get('image-0002.png'));
  });

  it('learns from some folders in the forest alone: calibration and applicability domain stay', async () => {
    const engine = await engineWith('cache');
    const degraded = await labelledFolder(8);
    const without = await trainModel(engine, sets(), options());
    const more = await trainModel(engine, sets({ forestOnly: [degraded.folder] }), options());
    await engine.dispose();
    fs.rmSync(degraded.folder, { recursive: true, force: true });
    expect([without.rows, more.rows]).toEqual([24, 32]);
    expect(more.model.calibration).toEqual(without.model.calibration);
    expect(more.model.training.imageNeighbours).toEqual(without.model.training.imageNeighbours);
    expect(more.model.forest).not.toEqual(without.model.forest);
  });

  it('validates F1, precision and recall in random folds and in folds of groups, and each group', async () => {
    const engine = await engineWith('cache');
    const three = { by: 'table', file: path.join(set.folder, 'groups.csv') } as const;
    fs.writeFileSync(three.file, ['image,group', ...set.coco.images.map((i, k) => `${i.file_name},g${k % 3}`)].join('\n')); // prettier-ignore
    const { validation, rows, table } = await trainModel(engine, sets({ grouping: three }), options());
    const of = (group: string) => table.rows.filter((r) => r[1] === group).length;
    await engine.dispose();
    expect(validation.map((v) => `${v.kind} ${v.target} ${v.group} ${v.n}`)).toEqual([
      `random f1 null ${rows}`,
      `random precision null ${rows}`,
      `random recall null ${rows}`,
      `groups f1 null ${rows}`,
      `groups precision null ${rows}`,
      `groups recall null ${rows}`,
      `group f1 g0 ${of('g0')}`,
      `group f1 g1 ${of('g1')}`,
      `group f1 g2 ${of('g2')}`,
    ]);
    expect(rows).toBeGreaterThan(20);
    for (const v of validation) expect([v.mae, v.rmse].every((x) => x >= 0 && x <= 1)).toBe(true);
  });

  it('with one group says that no groups were held out, and needs no more than 20 images', async () => {
    const engine = await engineWith('cache');
    const kept = set.coco.images.splice(20);
    const annotations = set.coco.annotations.splice(40);
    set.write();
    const notes: string[] = [];
    const { rows, validation } = await trainModel(
      engine,
      sets({ grouping: { by: 'labels' } }),
      options({ onNote: (n) => notes.push(n) }),
    );
    set.coco.images.push(...kept);
    set.coco.annotations.push(...annotations);
    set.write();
    await engine.dispose();
    expect(rows).toBe(20);
    expect(validation.map((v) => [v.kind, v.n])).toEqual([['random', 20], ['random', 20], ['random', 20]]); // prettier-ignore
    expect(validation.every((v) => Number.isFinite(v.mae) && Number.isFinite(v.rmse))).toBe(true);
    expect(notes.join()).toContain('not possible with one group');
  });

  it('stops at faults, or leaves out what is at fault and says so', async () => {
    fs.writeFileSync(path.join(set.folder, 'images', 'text.png'), 'no picture');
    set.coco.images.push({ id: 98, file_name: 'text.png', width: 72, height: 72 });
    set.coco.images.push({ id: 99, file_name: 'gone.png', width: 72, height: 72 });
    set.write();
    const engine = await engineWith('cache');
    const all = { grouping: { by: 'folder' } } as const;
    await expect(trainModel(engine, sets(all), options())).rejects.toThrow('gone.png');
    const notes: string[] = [];
    const trained = await trainModel(engine, sets(all), options({ skipFaulty: true, onNote: (n) => notes.push(n) }));
    await engine.dispose();
    expect(trained.rows + trained.withoutDetections).toBe(24);
    expect(notes[0]).toContain('1 image is not found (file_name): gone.png');
    expect(notes[1]).toMatch(/^1 of 25 images cannot be used:\n.*text\.png: /);
    set.coco.images.splice(-2);
    set.write();
  });
});

describe('a trained model', () => {
  it('is a model of the store with its detector, its forest and its card', async () => {
    process.env.TEM_GAUGE_MODELS = path.join(set.folder, 'models');
    const detector = await detectorPackage(modelPath);
    const engine = await engineWith('cache');
    const made = await trainToStore({ engine, detector }, sets(), { ...options(), name: 'my steel/2026' });
    const second = await trainToStore({ engine, detector }, sets(), { ...options(), name: 'my steel/2026' });
    await engine.dispose();
    expect(made.model).toMatchObject({ id: detector.id, name: '2026', bundled: false, usable: true, forest: `${made.rows} images` }); // prettier-ignore
    expect(second.model.name).toBe('2026-2');
    expect((await listModels()).map((m) => m.path)).toEqual(expect.arrayContaining([made.model.path, second.model.path])); // prettier-ignore
    const read = await readForest(path.join(made.model.path, 'forest.json'));
    expect(read.ok && read.model.detector).toBe(detector.id);
    expect(fs.readFileSync(path.join(made.model.path, 'card.md'), 'utf8')).toMatch(
      /random five-fold, repetition 1 \| 24 /,
    );
    expect(fs.readdirSync(process.env.TEM_GAUGE_MODELS).filter((n) => n.startsWith('.'))).toEqual([]);
    expect((await verifyModel(made.model.path)).ok).toBe(true);
    const used = await createEngine({ modelPath: made.model.path }, fakeNetwork());
    const { outcome, precision, recall } = await used.estimateImage(path.join(set.folder, 'images', 'image-0000.png'));
    await used.dispose();
    expect([outcome, precision !== null, recall !== null]).toEqual(['estimated', true, true]);
    delete process.env.TEM_GAUGE_MODELS;
  });
});
