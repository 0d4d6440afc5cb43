import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../client/src/extension';
import type { ResultNode } from '../../../client/src/results/pagedTree';
import { makeJob, type MadeJob } from '../../support/madeJob';
import { until, withProblems } from './support';

const run = <T>(command: string, ...args: unknown[]) => vscode.commands.executeCommand<T>(`tem-gauge.${command}`, ...args); // prettier-ignore
const nodes = (parent?: ResultNode) =>
  vscode.extensions.getExtension<Api>('tem-gauge.tem-gauge')!.exports.jobResults(parent);

suite('Audit results', () => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-results-')));
  const images = 1200;
  let made: MadeJob;

  suiteSetup(async () => {
    made = await makeJob(path.join(root, 'job'), images, 2);
    await made.write(
      0,
      Array.from({ length: images / 2 }, (_, i) => i),
    );
  });
  suiteTeardown(() => fs.rmSync(root, { recursive: true, force: true }));

  test('a job that runs opens in pages, worst first, and is read again', async () => {
    const before = withProblems().length;
    const opened = await run<{ done: number; images: number }>('openResults', vscode.Uri.file(made.dir));
    assert.deepStrictEqual([opened.done, opened.images], [images / 2, images]);
    await until('Problems', () => withProblems().length > before);
    await made.write(
      1,
      Array.from({ length: images / 2 }, (_, i) => images / 2 + i),
    );
    await run('results.refresh');
    const groups = await nodes();
    assert.deepStrictEqual(
      groups.map((g) => g.kind === 'group' && g.key),
      ['unreliable', 'review', 'unknown', 'reliable'],
    );
    assert.strictEqual(
      groups.reduce((n, g) => n + (g.kind === 'group' ? g.images : 0), 0),
      images,
    );
    const first = await nodes(groups[0]);
    assert.strictEqual(first.at(-1)!.kind, 'more');
    const f1 = first.flatMap((n) => (n.kind === 'image' ? [n.result.f1!] : []));
    assert.deepStrictEqual(
      f1,
      [...f1].sort((a, b) => a - b),
    );
    await run('results.more', first.at(-1));
    assert.ok((await nodes(groups[0])).length > first.length);
  });

  test('filter, folders, and closing', async () => {
    await run('results.groupBy', 'folder');
    assert.strictEqual((await nodes()).length, 4);
    await run('results.filter', { text: 'image-77.png', levels: [] });
    const [folder] = await nodes();
    const [image] = await nodes(folder);
    assert.ok(image?.kind === 'image' && image.result.uri.endsWith('image-77.png'));
    await run('closeResults');
    assert.deepStrictEqual(await nodes(), []);
    await until('the Problems to go', () => withProblems().every((uri) => !uri.includes('tem-gauge-results-')));
  });
});
