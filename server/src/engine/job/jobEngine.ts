import path from 'node:path';
import { createEngine } from '../engine';
import type { Engine, EngineOptions } from '../engine.types';
import { resolveModel } from '../models/modelStore';
import { JobError, type Job } from './job';

/** Options of a job's engine besides those of the job. */
export type TaskOptions = Pick<EngineOptions, 'cacheDir' | 'cacheMaxBytes' | 'networks' | 'log'>;

/**
 * Options that affect the results, with absolute paths, so that every task uses the same files.
 * @param given as the user gave them; the detector by name or folder
 */
export async function jobOptions(given: {
  readonly detector: string | undefined;
  readonly forest: string | undefined;
  readonly device: Job['engine']['device'];
  readonly scoreThreshold: number | undefined;
  readonly fallbackNmPerPixel: number | undefined;
}): Promise<Job['engine']> {
  const { detector, forest, device, scoreThreshold, fallbackNmPerPixel } = given;
  return {
    modelPath: detector === undefined ? null : path.resolve(await resolveModel(detector)),
    forestPath: forest === undefined ? null : path.resolve(forest),
    device,
    scoreThreshold: scoreThreshold ?? null,
    fallbackNmPerPixel: fallbackNmPerPixel ?? null,
  };
}

/** An engine with such options. */
export function engineOf(options: Job['engine'], more: TaskOptions = {}): Promise<Engine> {
  return createEngine({
    modelPath: options.modelPath ?? undefined,
    forestPath: options.forestPath ?? undefined,
    device: options.device,
    scoreThreshold: options.scoreThreshold ?? undefined,
    fallbackNmPerPixel: options.fallbackNmPerPixel ?? undefined,
    ...more,
  });
}

/** The job's engine. @throws JobError when the model has changed since the job was planned */
export async function jobEngine(job: Job, more: TaskOptions = {}): Promise<Engine> {
  const engine = await engineOf(job.engine, more);
  const { detector, forest } = engine.model;
  if (detector === job.model.detector && forest === job.model.forest) return engine;
  await engine.dispose();
  throw new JobError(
    `The job was planned with ${job.model.detector} (forest: ${job.model.forest ?? 'none'}); the model is now ${detector} (forest: ${forest ?? 'none'}). Plan a new job.`,
  );
}
