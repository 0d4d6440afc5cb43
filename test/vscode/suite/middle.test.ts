import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { networkPid, serverPid } from './processes';
import { api, at, images, problems, rowOf, setting, until, withProblems } from './support';

const audit = (uri: vscode.Uri) => vscode.commands.executeCommand('tem-gauge.estimateF1', uri);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const all = 8;
let pictures: Buffer[];
let made = 0;

/** A micrograph that no cache knows: bytes after the end of a PNG change its key and not its picture. */
const fresh = (picture = 0): Buffer => Buffer.concat([pictures[picture]!, Buffer.from(`${process.pid} ${made++}`)]);
const file = (i: number) => at('middle', `${i}.png`);

const inside = (uri: string): boolean => vscode.Uri.parse(uri).path.startsWith(`${at('middle').path}/`);

/** Each row has the key that the image's present content gets. */
async function assertPresent(): Promise<void> {
  const rows = api()
    .results()
    .filter((r) => inside(r.uri));
  const shown = new Map(rows.map((r) => [r.uri, r.imageKey]));
  await audit(at('middle'));
  for (const [uri, key] of shown) assert.strictEqual(rowOf(vscode.Uri.parse(uri))?.imageKey, key, uri);
  for (let i = 0; i < all; i++) if (fs.existsSync(file(i).fsPath)) assert.ok(rowOf(file(i)), String(i));
  for (const uri of withProblems()) assert.ok(fs.existsSync(vscode.Uri.parse(uri).fsPath), uri);
}

suite('In the middle of an audit', () => {
  suiteSetup(async () => {
    pictures = (await images()).map((name) => fs.readFileSync(at(name).fsPath));
  });
  setup(() => {
    fs.mkdirSync(at('middle').fsPath, { recursive: true });
    for (let i = 0; i < all; i++) fs.writeFileSync(file(i).fsPath, fresh());
  });
  teardown(async () => {
    fs.rmSync(at('middle').fsPath, { recursive: true, force: true });
    await until(
      'the rows to go',
      () =>
        !api()
          .results()
          .some((r) => inside(r.uri)),
    );
  });

  test('settings change: every image is estimated, by the settings that hold at the end', async () => {
    const running = audit(at('middle'));
    await until('the first row', () => rowOf(file(0)));
    for (const [name, value] of [
      ['thresholds.low', 1],
      ['thresholds.review', 1],
      ['thresholds.score', 0.3],
      ['pixelSize.fallback', 0.5],
      ['cache.maxSizeMB', 100],
      ['inference.device', 'cpu'],
      ['problems.showInformation', true],
      ['audit.exclude', ['**/nothing/**']],
    ] as const) {
      await setting(name, value);
      await pause(60);
    }
    await running;
    const rows = Array.from({ length: all }, (_, i) => rowOf(file(i)));
    for (const row of rows) assert.strictEqual(row?.outcome, 'estimated');
    for (const row of rows) assert.ok(['unreliable', 'unknown'].includes(row!.reliability), row!.reliability);
    for (const name of ['thresholds.low', 'thresholds.review', 'thresholds.score', 'pixelSize.fallback', 'cache.maxSizeMB', 'inference.device', 'problems.showInformation', 'audit.exclude'])
      await setting(name, undefined); // prettier-ignore
    await until('the former levels', () => rowOf(file(0))?.reliability === 'reliable' || rowOf(file(0))?.reliability === 'review'); // prettier-ignore
    await assertPresent();
  });

  test('the model becomes nonsense and comes back', async () => {
    const running = Promise.resolve(audit(at('middle'))).catch(() => undefined);
    await until('the first row', () => rowOf(file(0)));
    await setting('model.path', 'x'.repeat(100_000));
    await pause(1500);
    await vscode.commands.executeCommand('notifications.clearAll');
    await Promise.race([running, pause(10_000)]);
    await setting('model.path', undefined);
    await pause(500);
    await assertPresent();
  });

  test('images are overwritten, deleted and added by another program', async () => {
    const running = audit(at('middle'));
    await until('the first row', () => rowOf(file(0)));
    fs.writeFileSync(file(0).fsPath, fresh(1));
    fs.writeFileSync(file(6).fsPath, fresh(2));
    fs.writeFileSync(file(1).fsPath, 'no image');
    fs.rmSync(file(7).fsPath);
    fs.rmSync(file(2).fsPath);
    await running;
    await until('the deleted images to go', () => !rowOf(file(2)) && !rowOf(file(7)) && !problems(file(7)).length);
    await pause(2500);
    await assertPresent();
  });

  test('the network is killed, then stopped for a while', async () => {
    const running = audit(at('middle'));
    const pid = await until('the network', () => networkPid());
    await until('the first row', () => rowOf(file(0)));
    process.kill(networkPid() ?? pid, 'SIGKILL');
    const next = await until('another network', () => networkPid() !== pid && networkPid());
    process.kill(next, 'SIGSTOP');
    await pause(2000);
    process.kill(next, 'SIGCONT');
    await running;
    for (let i = 0; i < all; i++) assert.strictEqual(rowOf(file(i))?.outcome, 'estimated', String(i));
    await assertPresent();
  });

  test('the server is killed: what was done comes back', async () => {
    const running = Promise.resolve(audit(at('middle'))).catch(() => undefined);
    await until('two rows', () => rowOf(file(1)));
    process.kill(serverPid(), 'SIGKILL');
    await Promise.race([running, pause(15_000)]);
    await vscode.commands.executeCommand('notifications.clearAll');
    await until('the rows to come back', () => rowOf(file(0)) && rowOf(file(1)));
    await assertPresent();
    assert.match(api().message()!, /^\d+ images: /);
  });

  test('the server is stopped: it can be restarted', async () => {
    const running = Promise.resolve(audit(at('middle'))).catch(() => undefined);
    await until('the first row', () => rowOf(file(0)));
    const pid = serverPid();
    process.kill(pid, 'SIGSTOP');
    await pause(500);
    await vscode.commands.executeCommand('tem-gauge.restartServer');
    await Promise.race([running, pause(10_000)]);
    await until('the stopped server to end', () => !alive(pid));
    await assertPresent();
  });

  test('another branch is checked out: no row keeps the other branch’s content', async () => {
    const repository = at('middle').fsPath;
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'one');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'two');
    for (let i = 0; i < all; i++) fs.writeFileSync(file(i).fsPath, fresh(1));
    git('rm', '-q', '--cached', path.basename(file(7).fsPath));
    fs.rmSync(file(7).fsPath);
    git('commit', '-qam', 'two');
    await audit(at('middle'));
    const two = new Map(Array.from({ length: all - 1 }, (_, i) => [i, rowOf(file(i))?.imageKey]));
    git('checkout', '-q', 'one');
    await until('the rows of branch two to go', () => [...two].every(([i, key]) => rowOf(file(i))?.imageKey !== key));
    await audit(at('middle'));
    const one = rowOf(file(7))?.imageKey;
    assert.ok(one);
    git('checkout', '-q', 'two');
    // Both are in the cache now: the rows follow without an audit.
    await until('the rows of branch two', () => [...two].every(([i, key]) => rowOf(file(i))?.imageKey === key));
    await until('the image of branch one to go', () => !rowOf(file(7)));
    await assertPresent();
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
