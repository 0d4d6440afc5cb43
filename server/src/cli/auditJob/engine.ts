import path from 'node:path';
import { devices, type Device } from '../../protocol/vocabulary';
import { createEngine } from '../../engine/engine';
import type { Engine } from '../../engine/engine.types';
import type { Job } from '../../engine/job/job';
import { JobError } from '../../engine/job/job';
import { resolveModel } from '../../engine/models/modelStore';
import { number, text, UsageError, type CommandInput } from '../command';

/** Options that determine the results, with absolute paths, so that they are the same for every task. */
export async function engineOptions(values: CommandInput['values']): Promise<Job['engine']> {
  const device = text(values, 'device') ?? 'auto';
  if (!(devices as readonly string[]).includes(device))
    throw new UsageError(`--device is one of ${devices.join(', ')}.`);
  const detector = text(values, 'detector');
  const forest = text(values, 'forest');
  return {
    modelPath: detector === undefined ? null : path.resolve(await resolveModel(detector)),
    forestPath: forest === undefined ? null : path.resolve(forest),
    device: device as Device,
    scoreThreshold: number(values, 'score-threshold', 0, 1) ?? null,
    fallbackNmPerPixel: number(values, 'nm-per-pixel', 0, Infinity) ?? null,
  };
}

/** Creates an engine with the job's options. */
export function engineOf(options: Job['engine'], more: { cacheDir?: string; networks?: number } = {}): Promise<Engine> {
  return createEngine({
    modelPath: options.modelPath ?? undefined,
    forestPath: options.forestPath ?? undefined,
    device: options.device,
    scoreThreshold: options.scoreThreshold ?? undefined,
    fallbackNmPerPixel: options.fallbackNmPerPixel ?? undefined,
    log: (level, message) => level !== 'info' && console.error(message),
    ...more,
  });
}

/** The job's engine. @throws JobError when the model has changed since the job was planned */
export async function jobEngine(job: Job, more: { cacheDir?: string; networks?: number } = {}): Promise<Engine> {
  const engine = await engineOf(job.engine, more);
  const { detector, forest } = engine.model;
  if (detector === job.model.detector && forest === job.model.forest) return engine;
  await engine.dispose();
  throw new JobError(
    `The job was planned with ${job.model.detector} (forest: ${job.model.forest ?? 'none'}); the model is now ${detector} (forest: ${forest ?? 'none'}). Plan a new job.`,
  );
}
