import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemFault, systemFaultSentence } from '../../../server/src/engine/files/systemFault';
import { writeOutputFile } from '../../../server/src/engine/files/writeOutput';
import { uriOf } from '../../../server/src/lsp/fileUri';

const faultOf = (work: Promise<unknown>) => work.then(() => null, (error: unknown) => error); // prettier-ignore

describe('errors of the file system in words', () => {
  it('name the file and what happened', async () => {
    const missing = path.join(os.tmpdir(), 'no', 'such\u001b[31m', 'file');
    const sentence = systemFaultSentence(await faultOf(fs.open(missing, 'w')));
    expect(sentence).toBe(`${missing.replace('\u001b', '\\x1b')} cannot be used: there is no such file or folder.`);
    expect(systemFault(await faultOf(fs.readFile(os.tmpdir())))).toBe('it is a folder');
    expect(systemFault(await faultOf(fs.mkdir(os.tmpdir())))).toBe('it exists already');
    expect(systemFault(await faultOf(fs.open(path.join(os.tmpdir(), 'x'.repeat(3000)), 'w')))).toBe('its name is too long'); // prettier-ignore
  });

  it.skipIf(process.platform !== 'linux')('name a full disk, without a file where the system names none', async () => {
    const error = await faultOf(fs.writeFile('/dev/full', 'x'));
    expect(systemFaultSentence(error)).toMatch(/cannot be written: the disk is full\.$/);
  });

  it.skipIf(process.platform === 'win32')(
    'refuse a pipe without a reader, and write to one with a reader',
    async () => {
      const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-pipe-'));
      const pipe = path.join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await expect(writeOutputFile(pipe, 'x')).rejects.toThrow(`${pipe} cannot be written: no program reads the pipe.`);
      const content = 'line\n'.repeat(50_000);
      const reader = promisify(execFile)('cat', [pipe], { maxBuffer: 1e6 });
      await expect.poll(() => writeOutputFile(pipe, content).then(() => true, () => false)).toBe(true); // prettier-ignore
      expect((await reader).stdout).toBe(content);
      await fs.rm(folder, { recursive: true });
    },
  );

  it('differ from other errors', () => {
    expect(systemFaultSentence(new Error('x'))).toBeNull();
    expect(systemFaultSentence(Object.assign(new Error('x'), { code: 'ERR_OUT_OF_RANGE', syscall: 'x' }))).toBeNull();
    expect(systemFault(new Error('x'))).toBe('x');
  });
});

it('gives every file name a URI, also one with half of a surrogate pair', () => {
  expect(uriOf('/a/\ud800b.png')).toBe('file:///a/%EF%BF%BDb.png');
  expect(uriOf('/a/😀.png')).toBe('file:///a/%F0%9F%98%80.png');
});
