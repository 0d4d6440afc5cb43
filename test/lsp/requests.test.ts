import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileUri, imageFolder, samples, ServerProcess, startServer } from './serverProcess';

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = imageFolder(samples.slice(0, 1));
  server = await startServer(path.join(folder, '.storage'));
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const invalidParams = -32602;
const invalidRequest = -32600;
const notInitialized = -32002;
const codeOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: { code: number }) => error.code,
  );

describe('requests that are not valid', () => {
  it.each<[string, unknown]>([
    ['tem-gauge/estimate', undefined],
    ['tem-gauge/estimate', null],
    ['tem-gauge/estimate', {}],
    ['tem-gauge/estimate', { uri: 7 }],
    ['tem-gauge/estimate', { uri: '' }],
    ['tem-gauge/estimate', { uri: 'file:///a.png', force: 'yes' }],
    ['tem-gauge/estimate', { uri: 'a.png' }],
    ['tem-gauge/estimate', { uri: 'file:///a%00.png' }],
    ['tem-gauge/estimate', { uri: 'file:///a%zz.png' }],
    ['tem-gauge/preview', { uri: ['file:///a.png'] }],
    ['tem-gauge/audit', { uris: [] }],
    ['tem-gauge/audit', { uris: 'file:///' }],
    ['tem-gauge/restore', { uris: [null] }],
    ['tem-gauge/importModel', { file: { a: 1 } }],
    ['tem-gauge/report', { uri: 'untitled:report.html' }],
    ['workspace/executeCommand', { command: 'temGauge.server.format' }],
    ['workspace/executeCommand', { command: 'temGauge.server.estimate', arguments: [3] }],
    ['workspace/executeCommand', 3],
  ])('%s %j is answered with InvalidParams', async (method, params) => {
    expect(await codeOf(server.connection.sendRequest(method, params))).toBe(invalidParams);
  });

  it('says what is wrong', async () => {
    await expect(server.connection.sendRequest('tem-gauge/estimate', { uri: 7 })).rejects.toThrow(
      /parameters are not valid at "uri"/,
    );
  });

  it('parameters by position are refused, and the server works on', async () => {
    expect(await codeOf(server.connection.sendRequest('tem-gauge/estimate', 'a', 'b'))).toBe(invalidParams);
    await expect(server.request('tem-gauge/models', {})).resolves.toHaveLength(1);
  });
});

describe('URIs', () => {
  it.each([
    ['git:' + '/dir/ok.png?%7B%22ref%22%3A%22HEAD%22%7D', 'git'],
    ['untitled:Untitled-1', 'untitled'],
    ['vscode-remote://ssh-remote%2Bhost/dir/ok.png', 'vscode-remote'],
  ])('%s names no file of this machine', async (uri, scheme) => {
    for (const method of ['tem-gauge/estimate', 'tem-gauge/preview'] as const)
      await expect(server.request(method, { uri })).rejects.toThrow(`scheme "${scheme}"`);
    expect(server.problems.size).toBe(0);
  });

  it('a revision of a file that exists is refused too', async () => {
    const uri = `git:${path.join(folder, samples[0]!)}?%7B%22ref%22%3A%22HEAD%22%7D`;
    await expect(server.request('tem-gauge/estimate', { uri })).rejects.toThrow('scheme "git"');
  });

  it.runIf(process.platform !== 'win32')('a file of another host is refused', async () => {
    await expect(server.request('tem-gauge/estimate', { uri: 'file://other/a.png' })).rejects.toThrow('other machine');
  });

  it('two spellings of one file give one result', async () => {
    const uri = fileUri(folder, samples[0]!);
    const other = `FILE://${folder}/./${encodeURIComponent(samples[0]!).replace('-', '%2D')}`;
    expect(other).not.toBe(uri);
    const answers = [
      await server.request('tem-gauge/estimate', { uri: other }),
      await server.request('tem-gauge/estimate', { uri }),
    ];
    expect(answers.map((a) => a.uri)).toEqual([uri, uri]);
    expect([...server.rows.keys()]).toEqual([uri]);
  });
});

describe('workspace/executeCommand', () => {
  it('is announced, and estimates and audits for any client', async () => {
    const second = new ServerProcess(path.join(folder, '.storage'));
    const { capabilities } = (await second.initialize()) as {
      capabilities: { executeCommandProvider: { commands: string[] } };
    };
    expect(capabilities.executeCommandProvider.commands).toEqual(['temGauge.server.estimate', 'temGauge.server.audit']);
    const run = (command: string, ...given: unknown[]) =>
      second.connection.sendRequest('workspace/executeCommand', { command, arguments: given });
    const uri = fileUri(folder, samples[0]!);
    expect(await run('temGauge.server.estimate', { uri })).toMatchObject({ schema: 'tem-gauge/estimate@1', uri });
    expect(await run('temGauge.server.estimate', uri)).toMatchObject({ uri });
    expect(await run('temGauge.server.audit', fileUri(folder))).toMatchObject({ schema: 'tem-gauge/audit@1', done: 1 });
    expect(await run('temGauge.server.audit', { uris: [uri] })).toMatchObject({ done: 1, cancelled: false });
    await second.stop();
  });
});

describe('the states of the protocol', () => {
  it('refuses requests before initialize and after shutdown, and a second initialize', async () => {
    const fresh = new ServerProcess(path.join(folder, '.storage'));
    const uri = fileUri(folder, samples[0]!);
    const estimate = () => codeOf(fresh.request('tem-gauge/estimate', { uri }));
    expect(await estimate()).toBe(notInitialized);
    expect(await codeOf(fresh.connection.sendRequest('shutdown'))).toBe(notInitialized);
    expect(await codeOf(fresh.connection.sendRequest('workspace/executeCommand', { command: 'x' }))).toBe(
      notInitialized,
    );
    await fresh.initialize();
    expect(await codeOf(fresh.initialize())).toBe(invalidRequest);
    expect(await estimate()).toBe('answered');
    await fresh.connection.sendRequest('shutdown');
    expect(await estimate()).toBe(invalidRequest);
    expect(await codeOf(fresh.connection.sendRequest('shutdown'))).toBe(invalidRequest);
    await fresh.connection.sendNotification('exit');
    expect(await fresh.ended).toBe(0);
  });

  it('shutdown in the middle of an estimate is answered, and the estimate with cancellation', async () => {
    const fresh = await startServer(path.join(folder, '.storage2'));
    const pending = codeOf(fresh.request('tem-gauge/estimate', { uri: fileUri(folder, samples[0]!) }));
    await fresh.connection.sendRequest('shutdown');
    expect([-32800, 'answered']).toContain(await pending);
    await fresh.connection.sendNotification('exit');
    expect(await fresh.ended).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'ends with its children when its pipes close in the middle of an estimate',
    async () => {
      const fresh = await startServer(path.join(folder, '.storage3'));
      const pending = fresh.request('tem-gauge/estimate', { uri: fileUri(folder, samples[0]!) }).catch(() => undefined);
      // The network runs in a child process.
      await expect.poll(() => childrenOf(fresh.child.pid!).length, { timeout: 20_000 }).toBeGreaterThan(0);
      const children = childrenOf(fresh.child.pid!);
      fresh.connection.dispose();
      fresh.child.stdin!.destroy();
      fresh.child.stdout!.destroy();
      await fresh.ended;
      await expect.poll(() => children.filter((pid) => fs.existsSync(`/proc/${pid}`)), { timeout: 20_000 }).toEqual([]);
      void pending;
    },
  );
});

function childrenOf(pid: number): string[] {
  return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}
