import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { labelledFolder } from '../unit/engine/training/labelledFolder';
import { fileUri, imageFolder, startServer, type ServerProcess } from './serverProcess';

const requestCancelled = -32800;
const model = path.resolve('models/cavity-compact');
let folder: string;
let server: ServerProcess;
let set: Awaited<ReturnType<typeof labelledFolder>>;
beforeAll(async () => {
  folder = imageFolder();
  set = await labelledFolder(24);
  server = await startServer(path.join(folder, '.storage'));
});
afterAll(async () => {
  await server.stop();
  for (const used of [folder, set.folder]) fs.rmSync(used, { recursive: true, force: true });
});

const models = () => fs.readdirSync(path.join(folder, '.storage', 'models'));
const checkpoint = () => ({ file: path.join(model, 'model.pth'), config: path.join(model, 'config.json') });
const answerOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: { code: number }) => error.code,
  );

/** Sends a request and cancels it after some milliseconds. */
async function cancelled(method: string, params: object, ms: number): Promise<unknown> {
  const source = new CancellationTokenSource();
  const answer = answerOf(server.connection.sendRequest(method, params, source.token));
  await new Promise((resolve) => setTimeout(resolve, ms));
  source.cancel();
  return answer;
}

describe('a cancelled request', () => {
  it('checks no labels further', async () => {
    const uris = Array.from({ length: 40 }, () => fileUri(set.folder));
    expect(await cancelled('tem-gauge/checkTraining', { uris }, 0)).toBe(requestCancelled);
  });

  it('imports nothing and leaves nothing, and the next import succeeds', async () => {
    expect(await cancelled('tem-gauge/importModel', checkpoint(), 40)).toBe(requestCancelled);
    expect(await cancelled('tem-gauge/importModel', { file: path.resolve('test/oracle/onnx/fixtures/torchvision.onnx') }, 0)).toBe(requestCancelled); // prettier-ignore
    expect(fs.existsSync(path.join(folder, '.storage', 'models')) ? models() : []).toEqual([]);
    expect(await server.request('tem-gauge/importModel', checkpoint())).toMatchObject({ model: { usable: true } });
    expect(models()).toEqual(['model']);
  });

  it('ends the network that verifies a model', async () => {
    expect(await cancelled('tem-gauge/verifyModel', { path: model }, 50)).toBe(requestCancelled);
    if (process.platform === 'linux')
      await expect.poll(() => fs.readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8').trim()).toBe(''); // prettier-ignore
    expect(await server.request('tem-gauge/verifyModel', { path: model })).toMatchObject({ ok: true });
  });

  it('writes no report', async () => {
    await server.request('tem-gauge/audit', { uris: [fileUri(folder)] });
    const file = path.join(folder, 'report.html');
    expect(await cancelled('tem-gauge/report', { uri: fileUri(file) }, 0)).toBe(requestCancelled);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('report'))).toEqual([]);
    await server.request('tem-gauge/report', { uri: fileUri(file) });
    expect(fs.readFileSync(file, 'utf8')).toMatch(/<\/html>\s*$/);
  });
});

it('shutdown cancels what is open', async () => {
  const fresh = await startServer(path.join(folder, '.storage2'));
  const open = [
    fresh.request('tem-gauge/importModel', checkpoint()),
    fresh.request('tem-gauge/verifyModel', { path: model }),
    fresh.request('tem-gauge/train', { uris: [fileUri(set.folder)], name: 'x' }),
  ].map(answerOf);
  // A request that is answered shows that the others have begun.
  await fresh.request('tem-gauge/models', {});
  await fresh.connection.sendRequest('shutdown');
  expect(await Promise.all(open)).toEqual([requestCancelled, requestCancelled, requestCancelled]);
  await fresh.connection.sendNotification('exit');
  expect(await fresh.ended).toBe(0);
  expect(fs.existsSync(path.join(folder, '.storage2', 'models'))).toBe(false);
});

describe.skipIf(process.platform === 'win32')('the end of the server', () => {
  it('by SIGTERM in the middle of an import leaves no part of a model', async () => {
    const storage = path.join(folder, '.storage3');
    const fresh = await startServer(storage);
    const pending = answerOf(fresh.request('tem-gauge/importModel', checkpoint()));
    await expect.poll(() => fs.existsSync(path.join(storage, 'models')) && fs.readdirSync(path.join(storage, 'models')).length, { interval: 1 }).toBe(1); // prettier-ignore
    fresh.child.kill('SIGTERM');
    expect(await fresh.ended).toBe(143);
    expect(fs.readdirSync(path.join(storage, 'models'))).toEqual([]);
    void pending;
  });

  it('comes with the end of its socket', async () => {
    const listener = net.createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as net.AddressInfo;
    const child = spawn(process.execPath, ['dist/server.js', `--socket=${port}`], { stdio: 'inherit' });
    const [socket] = (await once(listener, 'connection')) as [net.Socket];
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { capabilities: {} } });
    socket.write(`Content-Length: ${text.length}\r\n\r\n${text}`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('Content-Length');
    socket.destroy();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    listener.close();
  });
});
