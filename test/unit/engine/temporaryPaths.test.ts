import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillFolder } from '../../../server/src/engine/files/fillFolder';
import { replaceContent, replaceFile } from '../../../server/src/engine/files/replaceFile';
import { removeAbandoned, temporaryName } from '../../../server/src/engine/files/temporaryPaths';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-temporary-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('replaceFile', () => {
  it('leaves the old content and no other file when writing fails', async () => {
    const file = path.join(folder, 'a.txt');
    await replaceContent(file, 'old');
    const failing = replaceFile(file, (temporary) => {
      fs.writeFileSync(temporary, 'half');
      return Promise.reject(new Error('the disk is full'));
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(fs.readdirSync(folder)).toEqual(['a.txt']);
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
  });
});

describe('fillFolder', () => {
  const fill = (content: string) => (making: string) => {
    for (const name of ['weights', 'model.json']) fs.writeFileSync(path.join(making, name), content);
    return Promise.resolve(content);
  };
  const contents = (dir: string) =>
    fs
      .readdirSync(dir)
      .sort()
      .map((name) => `${name}: ${fs.readFileSync(path.join(dir, name), 'utf8')}`);

  it('makes a new folder, and later replaces its files', async () => {
    const dir = path.join(folder, 'models', 'mine');
    expect(await fillFolder(dir, 'model.json', fill('first'))).toBe('first');
    expect(fs.readdirSync(path.dirname(dir))).toEqual(['mine']);
    fs.writeFileSync(path.join(dir, 'forest.json'), 'kept');
    await fillFolder(dir, 'model.json', fill('second'));
    expect(contents(dir)).toEqual(['forest.json: kept', 'model.json: second', 'weights: second']);
  });

  it('changes nothing when filling fails', async () => {
    const dir = path.join(folder, 'mine');
    const failing = (making: string) => {
      fs.writeFileSync(path.join(making, 'weights'), 'half');
      return Promise.reject(new Error('stopped'));
    };
    await expect(fillFolder(dir, 'model.json', failing)).rejects.toThrow('stopped');
    expect(fs.readdirSync(folder)).toEqual([]);
    await fillFolder(dir, 'model.json', fill('whole'));
    await expect(fillFolder(dir, 'model.json', failing)).rejects.toThrow('stopped');
    expect(contents(dir)).toEqual(['model.json: whole', 'weights: whole']);
  });
});

describe('removeAbandoned', () => {
  it('deletes what ended processes of this machine left, and nothing else', async () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const name = (pid: number) => temporaryName('a').replace(`-${process.pid}.`, `-${pid}.`);
    const abandoned = name(ended);
    const kept = [
      name(process.pid),
      name(process.ppid),
      abandoned.replace(/[0-9a-f]{6}-/, '000000-'),
      'a.tmp',
      'a.1.2.tmp',
    ];
    for (const file of [...kept, abandoned]) fs.writeFileSync(path.join(folder, file), '');
    fs.mkdirSync(path.join(folder, name(ended), 'inside'), { recursive: true });
    await removeAbandoned(folder);
    expect(fs.readdirSync(folder).sort()).toEqual(kept.sort());
  });
});
