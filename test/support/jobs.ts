import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEngine, type LoadDetector } from '../../server/src/engine/engine';
import type { Engine, Estimate } from '../../server/src/engine/engine.types';
import { toEstimateDto } from '../../server/src/engine/estimate/estimateDto';
import type { Job } from '../../server/src/engine/job/job';
import { imageName } from '../../server/src/engine/job/manifest';
import { mergeJob } from '../../server/src/engine/job/mergeJob';
import { planJob } from '../../server/src/engine/job/planJob';
import { runShard } from '../../server/src/engine/job/runShard';
import { fakeNetwork } from './fakeNetwork';
import { writeSmallImages } from './smallImages';

/** Engine settings of a job with the embedded model. */
export const jobSettings: Job['engine'] = {
  modelPath: null,
  forestPath: null,
  device: 'cpu',
  scoreThreshold: null,
  fallbackNmPerPixel: null,
};

/** The JSON line of an estimate without its duration. */
export const estimateLine = (e: Estimate): string => JSON.stringify({ ...toEstimateDto(e, true, true), timing: null });

/** The lines of a merge, and the paths of the images without a result. */
export async function mergedLines(engine: Engine, { dir, job }: PlannedJob) {
  const [lines, missing]: [string[], string[]] = [[], []];
  for await (const image of mergeJob(dir, job)) {
    if (image.kind === 'missing') {
      missing.push(imageName(image.entry));
      continue;
    }
    const { row, record } = image;
    const refused = { kind: row.outcome as 'unreadable', reason: row.reason };
    lines.push(estimateLine(engine.assess(path.join(job.root, row.path), record ?? refused, row)));
  }
  return { lines, missing };
}

export interface PlannedJob {
  readonly dir: string;
  readonly job: Job;
}

/** A temporary folder with small images, one damaged file, and jobs over them; `dispose` deletes it. */
export class JobFolder {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-job-'));
  readonly images = path.join(this.root, 'images');
  /** All files in the order of a job. */
  files: string[] = [];
  private readonly engines: Engine[] = [];
  private jobs = 0;

  /** Writes `count` images and one file that is not an image. */
  async fill(count: number): Promise<void> {
    this.files = await writeSmallImages(this.images, count);
    const damaged = path.join(this.images, 'image-9999.png');
    fs.writeFileSync(damaged, 'not an image');
    this.files.push(damaged);
  }

  async engine(load: LoadDetector = fakeNetwork()): Promise<Engine> {
    const engine = await createEngine({ modelPath: path.resolve('models/cavity-compact') }, load);
    this.engines.push(engine);
    return engine;
  }

  async plan(engine: Engine, shards: number): Promise<PlannedJob> {
    const dir = path.join(this.root, `job-${this.jobs++}`);
    const job = await planJob(engine, this.images, dir, { shards, maxShards: null, engine: jobSettings });
    return { dir, job };
  }

  /** A job whose shard 0 is complete, and the path of that shard's segment. */
  async planAndRun(engine: Engine, shards: number): Promise<PlannedJob & { readonly segment: string }> {
    const planned = await this.plan(engine, shards);
    await runShard(engine, { ...planned, shard: 0 });
    return { ...planned, segment: path.join(planned.dir, 'segments', 'shard-00000.a0001.segment') };
  }

  async dispose(): Promise<void> {
    await Promise.all(this.engines.map((e) => e.dispose()));
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
