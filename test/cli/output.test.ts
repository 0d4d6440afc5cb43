import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EstimateDto } from '../../server/src/protocol/types';
import { schemaErrors } from './schema';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-output-'));
const images = path.join(folder, 'images');
const cli = (...args: string[]) => spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });
const shell = (command: string) => spawnSync('bash', ['-c', command], { encoding: 'utf8' });

beforeAll(() => {
  fs.mkdirSync(images);
  fs.copyFileSync('media/samples/images/faceted-large-00102.png', path.join(images, 'faceted.png'));
  fs.writeFileSync(path.join(images, 'a\u001b[2J](command:x)\u202e.png'), 'no image');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!fs.existsSync('/dev/full'))('standard output', () => {
  it.each(['--version', '--help', 'estimate --help', 'synthesize --list', `estimate ${images}`, 'models'])(
    'that cannot be written ends with exit code 3 and one sentence: %s',
    (args) => {
      const { status, stderr } = shell(`node dist/cli.js ${args} > /dev/full`);
      expect(status).toBe(3);
      expect(stderr.trim()).toBe('tem-gauge: The output could not be written: the disk is full.');
    },
  );

  it('whose reader ends early ends with exit code 0 and no message', () => {
    const { stdout, stderr } = shell(
      `set -o pipefail; node dist/cli.js estimate ${images} --json --masks | true; echo $?`,
    );
    expect(stdout.trim()).toBe('0');
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });

  it('may be the only one: nothing is lost when standard error cannot be written', () => {
    const { status, stdout } = shell('node dist/cli.js --version 2> /dev/full');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('outputs are checked before the work', () => {
  const file = path.join(folder, 'file');
  beforeAll(() => fs.writeFileSync(file, 'kept'));

  it.each([
    [['audit', images, '--html', path.join(file, 'report.html')], 'is not a folder'],
    [['audit', images, '--html', images], 'it is a folder'],
    [['train', 'media/samples', '--out', path.join(file, 'forest.json')], 'is not a folder'],
    [['train', 'media/samples', '--out', path.join(folder, 'f.json'), '--card', images], 'it is a folder'],
    [['features', images, '--out', path.join(file, 'rows.csv')], 'is not a folder'],
    [['features', images, '--out', images], 'it is a folder'],
    [['experiment', 'all', 'absent.csv', '--out', path.join(file, 'study')], 'is not a folder'],
    [['export', images, '--out', path.join(file, 'export')], 'is not a folder'],
    [['synthesize', '--count', '1', '--out', path.join(file, 'set')], 'is not a folder'],
    [['import', 'detector', 'models/cavity-compact/model.pth', '--out', path.join(file, 'm')], 'is not a folder'],
    [['import', 'forest', 'absent.pkl', '--out', images], 'it is a folder'],
  ])('%j', (args, sentence) => {
    const { status, stdout, stderr } = cli(...args);
    expect(status, stderr).toBe(3);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(fs.readFileSync(file, 'utf8')).toBe('kept');
  });
});

it('features writes into a folder that does not exist yet', () => {
  const out = path.join(folder, 'made', 'features', 'rows.csv');
  const { status, stderr } = cli('features', path.join(images, 'faceted.png'), '--out', out);
  expect(status, stderr).toBe(0);
  expect(fs.readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(2);
  expect(fs.readdirSync(path.dirname(out))).toEqual(['rows.csv']);
});

it('names of files cannot write control characters or links', () => {
  const { stdout, stderr } = cli('estimate', images);
  for (const text of [stdout, stderr]) expect(text.replace(/\n/g, '')).not.toMatch(/\p{Cc}|\u202e|\]\(/u);
  expect(stdout).toContain('\\x1b[2J');
});

it('audit --html writes one page with every image, audit --json the shape of the schema', () => {
  const html = path.join(folder, 'new', 'report.html');
  const { status, stdout } = cli('audit', images, '--json', '--html', html);
  expect(status).toBe(0);
  const page = fs.readFileSync(html, 'utf8');
  expect(page.slice(0, 15).toLowerCase()).toBe('<!doctype html>');
  // One item per image, also for the file that cannot be read.
  expect(page.split('class="images"')[1]!.split('</ol>')[0]!.match(/<li\b/g)).toHaveLength(2);
  expect(page.includes('faceted.png')).toBe(true);
  expect(/\p{Cc}(?<!\n)/u.test(page)).toBe(false);
  // Self-contained: no address that a browser would load.
  expect(/(src|href)="(https?:)?\/\//.test(page)).toBe(false);
  expect(fs.readdirSync(path.dirname(html))).toEqual(['report.html']);
  const schema = JSON.parse(fs.readFileSync('server/src/cli/estimate.schema.json', 'utf8')) as object;
  const printed = stdout
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as EstimateDto & { trueF1: number | null });
  expect(printed).toHaveLength(2);
  for (const e of printed) {
    expect(schemaErrors(schema, e)).toEqual([]);
    expect(e.trueF1).toBeNull();
  }
});
