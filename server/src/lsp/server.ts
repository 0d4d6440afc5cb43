import fs from 'node:fs/promises';
import path from 'node:path';
import os from 'node:os';
import { URI } from 'vscode-uri';
import {
  FileChangeType,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
  type InitializeParams,
} from 'vscode-languageserver/node';
import { findImages } from '../engine/audit/findImages';
import { createEngine } from '../engine/engine';
import type { Engine, Estimate } from '../engine/engine.types';
import { withoutMasks } from '../engine/estimate/estimateDto';
import { htmlReport } from '../engine/report/html';
import { renderPreview } from '../engine/image/renderPreview';
import type { RequestTable } from '../protocol/methods';
import type { AuditedDto, AuditSummaryDto, ServerStatusDto } from '../protocol/types';
import { Diagnostics } from './diagnostics';
import { registerModelRequests } from './models';
import { parseSettings } from './settings';
import { toAuditedDto, toViewDto } from './toDto';

/** Wires the engine to a connection; the network loads at the first estimate. */
export function startServer(connection: Connection): void {
  const diagnostics = new Diagnostics(connection);
  let storage = path.join(os.tmpdir(), 'tem-gauge');
  let pullsSettings = false;
  let given: unknown = {};
  let engine: Promise<Engine> | null = null;
  let auditing: AbortController | null = null;
  let queued = 0;
  /** For the report: the latest estimate of each audited file. */
  const audited = new Map<string, Estimate>();

  connection.onInitialize((params: InitializeParams) => {
    const options = params.initializationOptions as { storagePath?: string; settings?: unknown } | undefined;
    if (options?.storagePath) storage = options.storagePath;
    given = options?.settings ?? {};
    pullsSettings = params.capabilities.workspace?.configuration === true;
    return { capabilities: {}, serverInfo: { name: 'tem-gauge', version: process.env.TEM_GAUGE_VERSION ?? '' } };
  });

  const settings = async () =>
    parseSettings(pullsSettings ? await connection.workspace.getConfiguration('temGauge') : given);

  const getEngine = () => {
    engine ??= settings().then((s) =>
      createEngine({
        modelPath: s['model.path'] || undefined,
        device: s['inference.device'],
        thresholds: { low: s['thresholds.low'], review: s['thresholds.review'] },
        scoreThreshold: s['thresholds.score'] || undefined,
        cacheDir: path.join(storage, 'detections'),
        cacheMaxBytes: s['cache.maxSizeMB'] * 1e6,
        fallbackNmPerPixel: s['pixelSize.fallback'],
        log: (level, message) => connection.console[level](message),
      }),
    );
    engine.catch((error: Error) => {
      engine = null;
      status('error', error.message);
    });
    return engine;
  };

  const status = (state: ServerStatusDto['state'], message: string | null = null) => {
    const send = (current: Engine | null) =>
      void connection.sendNotification('tem-gauge/status', {
        state,
        model: current?.model.detector ?? null,
        device: current?.device()?.name ?? null,
        queued,
        message: message ?? current?.device()?.notice ?? null,
      } satisfies ServerStatusDto);
    if (!engine) send(null);
    else
      engine.then(
        (e) => send(e),
        () => send(null),
      );
  };

  /** One wrapper for every request: cancellation, typed failure, status. */
  const guard = async <T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    queued++;
    status('busy');
    try {
      return await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
      connection.console.error((error as Error).stack ?? String(error));
      throw new ResponseError(LSPErrorCodes.RequestFailed, (error as Error).message);
    } finally {
      subscription.dispose();
      queued--;
      if (queued === 0) status('idle');
    }
  };

  const publish = async (uri: string, e: Estimate): Promise<void> => {
    const { 'problems.showInformation': showInformation } = await settings();
    diagnostics.publish(uri, e.findings, showInformation);
  };

  connection.onRequest(
    'tem-gauge/estimate',
    (params: RequestTable['tem-gauge/estimate']['params'], token: CancellationToken) =>
      guard(token, async (signal) => {
        const { uri, force } = params;
        const onTile = (done: number, total: number) =>
          status('busy', done < total ? `Tile ${done} of ${total} of ${path.basename(URI.parse(uri).fsPath)}` : null);
        const e = await (
          await getEngine()
        ).estimateImage(URI.parse(uri).fsPath, { signal, force, onTile, explain: true });
        await publish(uri, e);
        return toViewDto(uri, e);
      }),
  );

  connection.onRequest('tem-gauge/preview', (params: { uri: string }, token: CancellationToken) =>
    guard(token, () => renderPreview(URI.parse(params.uri).fsPath, path.join(storage, 'previews'))),
  );

  connection.onRequest(
    'tem-gauge/audit',
    (params: RequestTable['tem-gauge/audit']['params'], token: CancellationToken) =>
      guard(token, async (signal): Promise<AuditSummaryDto> => {
        // One audit at a time: a new one replaces the old.
        auditing?.abort();
        const own = (auditing = new AbortController());
        signal.addEventListener('abort', () => own.abort());
        const s = await settings();
        const current = await getEngine();
        const { files } = await findImages(
          params.uris.map((u) => URI.parse(u).fsPath),
          { include: s['audit.include'], exclude: s['audit.exclude'] },
        );
        const token = params.workDoneToken;
        const report = (value: object) => {
          if (token !== undefined) void connection.sendNotification('$/progress', { token, value });
        };
        report({ kind: 'begin', title: 'Auditing images', cancellable: true, percentage: 0 });
        let low = 0;
        let summary: AuditSummaryDto | undefined;
        // A quick audit from the cache would flood the editor with single results.
        let batch: AuditedDto[] = [];
        let sent = 0;
        const send = (done: number) => {
          if (batch.length > 0)
            void connection.sendNotification('tem-gauge/audited', { results: batch, done, total: files.length });
          batch = [];
          sent = performance.now();
        };
        for await (const event of current.auditDataset(files, { signal: own.signal, cachedOnly: params.cachedOnly })) {
          if (event.kind === 'image') {
            audited.set(event.estimate.file, withoutMasks(event.estimate));
            const uri = URI.file(event.estimate.file).toString();
            await publish(uri, event.estimate);
            if (event.estimate.reliability === 'unreliable') low++;
            batch.push(toAuditedDto(uri, event.estimate));
            if (batch.length === 50 || performance.now() - sent > 200) send(event.done);
            report({
              kind: 'report',
              message: `${event.done} / ${event.total}, ${low} low`,
              percentage: Math.round((100 * event.done) / event.total),
            });
          } else if (event.kind === 'finished') {
            send(event.summary.done);
            summary = { schema: 'tem-gauge/audit@1', ...event.summary, model: current.model };
          }
        }
        report({ kind: 'end' });
        return summary!;
      }),
  );

  registerModelRequests(connection, guard);

  connection.onRequest(
    'tem-gauge/report',
    (params: RequestTable['tem-gauge/report']['params'], token: CancellationToken) =>
      guard(token, async () => {
        if (audited.size === 0) throw new Error('Nothing has been audited yet.');
        const written = URI.parse(params.uri).fsPath;
        await fs.writeFile(written, await htmlReport([...audited.values()], new Map(), new Date()));
        return { written, images: audited.size };
      }),
  );

  connection.onDidChangeConfiguration((change) => {
    given = (change.settings as { temGauge?: unknown } | undefined)?.temGauge ?? given;
    const old = engine;
    engine = null;
    void old?.then((e) => e.dispose()).catch(() => undefined);
    void reassess();
  });

  /** New thresholds or a new forest re-level what is shown, from the cache alone. */
  const reassess = async () => {
    const shown = diagnostics.known();
    if (shown.length === 0) return;
    const current = await getEngine();
    const results: AuditedDto[] = [];
    for (const uri of shown) {
      const e = await current.estimateImage(URI.parse(uri).fsPath, { cachedOnly: true }).catch(() => null);
      if (!e) continue;
      await publish(uri, e);
      results.push(toAuditedDto(uri, e));
    }
    void connection.sendNotification('tem-gauge/audited', { results, done: results.length, total: results.length });
  };

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) if (type !== FileChangeType.Created) diagnostics.clear(uri);
  });

  connection.onShutdown(async () => {
    auditing?.abort();
    await (await engine?.catch(() => null))?.dispose();
  });
  connection.listen();
}
