import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { createEngine } from '../../../../server/src/engine/engine';
import { affordableNetworks } from '../../../../server/src/engine/detector/worker/affordableNetworks';
import { readModelPackage } from '../../../../server/src/engine/models/modelPackage';
import { fakeNetwork } from '../../../support/fakeNetwork';

const modelPath = path.resolve('models/cavity-compact');

it('runs as many networks as are asked for and have room in the memory, and one at least', async () => {
  const read = await readModelPackage(modelPath);
  if (!read.ok) throw new Error(read.reason);
  const of = (wanted: number, memory: number) => affordableNetworks(read.model, wanted, memory);
  expect(of(4, 64e9)).toBe(4);
  // About 0.4 GB for the reader of images and for each network of the embedded model.
  expect(of(4, 1.3e9)).toBe(2);
  expect(of(4, 0.1e9)).toBe(1);
});

it('says so', async () => {
  const messages: string[] = [];
  const log = (_: string, message: string) => void messages.push(message);
  vi.spyOn(os, 'freemem').mockReturnValue(0.9e9);
  const engine = await createEngine({ modelPath, networks: 5, log }, fakeNetwork());
  await engine.dispose();
  vi.restoreAllMocks();
  expect(messages).toEqual(['There is memory for 1 of 5 networks; one runs.']);
});
