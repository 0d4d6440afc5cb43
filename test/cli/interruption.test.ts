import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-interruption-'));
const images = path.join(folder, 'images');
const out = path.join(folder, 'out');
const count = 40;

beforeAll(() => {
  fs.mkdirSync(images);
  for (let i = 0; i < count; i++)
    fs.copyFileSync('media/samples/images/faceted-large-00102.png', path.join(images, `${i}.png`));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => fs.rmSync(out, { recursive: true, force: true }));

interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command and sends it a signal as soon as `when` holds of what it printed. */
function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals,
  when: (printed: string) => boolean,
): Promise<Ending> {
  const child = spawn(process.execPath, ['dist/cli.js', ...args]);
  const ending: Ending = { code: null, stdout: '', stderr: '' };
  let sent = false;
  const look = () => {
    if (sent || !when(ending.stdout + ending.stderr)) return;
    sent = true;
    child.kill(signal);
  };
  const timer = setInterval(look, 10);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ending.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ending.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ ...ending, code });
    });
  });
}

const lines = (n: number) => (printed: string) => printed.split('\n').length > n;

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGUSR1', 3],
  ] as const)(
    '%s ends an audit after the image in work, with exit code %i and a whole report',
    async (signal, code) => {
      const html = path.join(out, 'report.html');
      const ending = await interrupted(['audit', images, '--json', '--html', html], signal, lines(2));
      expect(ending.code, ending.stderr).toBe(code);
      const done = ending.stdout.trim().split('\n').map((line) => JSON.parse(line) as object).length; // prettier-ignore
      expect(done).toBeLessThan(count);
      expect(ending.stderr).toContain(`stopped after ${done} of ${count} images`);
      expect(fs.readFileSync(html, 'utf8')).toMatch(/<\/html>\s*$/);
      expect(fs.readdirSync(out)).toEqual(['report.html']);
    },
  );

  it('leaves no table of a part of the images', async () => {
    const table = path.join(out, 'rows.csv');
    fs.mkdirSync(out);
    const written = () => fs.readdirSync(out);
    const features = await interrupted(['features', images, '--out', table, '--cache', path.join(folder, 'cache')], 'SIGTERM', () => fs.existsSync(path.join(folder, 'cache'))); // prettier-ignore
    expect(features).toMatchObject({ code: 143, stdout: '' });
    expect(features.stderr).toContain('Stopped; nothing was written.');
    expect(written()).toEqual([]);
    const exported = await interrupted(['export', images, '--format', 'csv,png', '--out', out], 'SIGINT', () => fs.existsSync(path.join(out, 'overlays'))); // prettier-ignore
    expect(exported.code).toBe(130);
    expect(exported.stderr).toMatch(/stopped after \d+ of 40 images; no table or list was written/);
    expect(written()).toEqual(['overlays']);
  });

  it('ends a data set of synthetic images with those that are written', async () => {
    const ending = await interrupted(['synthesize', '--count', '300', '--size', '64x64', '--out', out], 'SIGTERM', () => fs.existsSync(path.join(out, 'images'))); // prettier-ignore
    expect(ending.code).toBe(143);
    const { images: listed } = JSON.parse(fs.readFileSync(path.join(out, 'annotations.coco.json'), 'utf8')) as {
      images: { file_name: string }[];
    };
    expect(listed.length).toBeLessThan(300);
    expect(fs.readdirSync(path.join(out, 'images')).sort()).toEqual(
      listed.map((i) => path.basename(i.file_name)).sort(),
    );
  });

  it('ends an import at once and leaves no part of a model', async () => {
    const begun = () => fs.existsSync(folder) && fs.readdirSync(folder).some((name) => name.startsWith('.out'));
    const model = path.resolve('models/cavity-compact');
    const args = ['import', 'detector', path.join(model, 'model.pth'), '--config', path.join(model, 'config.json'), '--out', out]; // prettier-ignore
    const ending = await interrupted(args, 'SIGTERM', begun);
    expect(ending).toMatchObject({ code: 143, stdout: '' });
    expect(fs.readdirSync(folder).filter((name) => name.includes('out'))).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a reader that leaves', () => {
  it('does not keep the report from being written', () => {
    const html = path.join(out, 'report.html');
    const some = path.join(folder, 'some');
    fs.mkdirSync(some);
    for (const name of ['0.png', '1.png', '2.png']) fs.copyFileSync(path.join(images, name), path.join(some, name));
    const { stdout } = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; node dist/cli.js audit ${some} --json --masks --html ${html} | head -c 10; echo; echo $?`,
      ],
      { encoding: 'utf8' },
    );
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
    expect(fs.readFileSync(html, 'utf8')).toMatch(/<\/html>\s*$/);
  });
});
