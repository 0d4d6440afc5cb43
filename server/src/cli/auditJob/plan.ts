import path from 'node:path';
import { plural } from '../../core/text/plural';
import { engineOf, jobOptions } from '../../engine/job/jobEngine';
import { leastMinutes, planJob } from '../../engine/job/planJob';
import { maxArraySize } from '../../engine/job/slurm/commands';
import { deviceFrom, exitCodes, log, number, text, UsageError } from '../command';
import { frameChoice } from '../frames';
import { oneFolder, type Subcommand } from './subcommand';

export const plan: Subcommand = {
  usage: 'plan DIR --job JOB [--minutes 45 | --shards N] [--seconds-per-image X] [--frame N | --all-frames]',
  options: [
    'job',
    'minutes',
    'shards',
    'seconds-per-image',
    'detector',
    'forest',
    'device',
    'score-threshold',
    'nm-per-pixel',
    'frame',
    'all-frames',
  ],
  async run(input) {
    const folder = oneFolder(input, this.usage);
    const { values } = input;
    const dir = text(values, 'job');
    if (dir === undefined) throw new UsageError(`Use: tem-gauge audit ${this.usage}.`);
    const minutes = number(values, 'minutes', leastMinutes, 1e5);
    const shards = number(values, 'shards', 1, 1e6);
    if (minutes !== undefined && shards !== undefined) throw new UsageError('Give --minutes or --shards, not both.');
    if (shards !== undefined && !Number.isInteger(shards)) throw new UsageError('--shards is a whole number.');
    const options = await jobOptions({
      detector: text(values, 'detector'),
      forest: text(values, 'forest'),
      device: deviceFrom(values),
      scoreThreshold: number(values, 'score-threshold', 0, 1),
      fallbackNmPerPixel: number(values, 'nm-per-pixel', 0, Infinity),
    });
    const engine = await engineOf(options, { log });
    try {
      const job = await planJob(engine, folder, path.resolve(dir), {
        shards,
        minutes,
        secondsPerImage: number(values, 'seconds-per-image', 1e-6, 1e6),
        maxShards: await maxArraySize(),
        engine: options,
        frames: frameChoice(values),
        signal: input.signal,
      });
      const rate = job.secondsPerImage === null ? '' : `, ${job.secondsPerImage.toFixed(2)} s per image`;
      console.log(
        `${plural(job.images, 'image')} in ${plural(job.shards.length, 'shard')}${rate}: ${path.resolve(dir)}`,
      );
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};
