import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver/node';
import { printable } from '../core/text/printable';
import { systemFaultSentence } from '../engine/files/systemFault';
import type { RequestName, RequestTable } from '../protocol/methods';
import { paramsOf, paramsProblem } from './params';
import type { StatusSender } from './status';

export type Params<M extends RequestName> = RequestTable[M]['params'];
type Result<M extends RequestName> = RequestTable[M]['result'];
export type Handle<M extends RequestName> = (params: Params<M>, signal: AbortSignal) => Promise<Result<M>>;

/** Upper limit of waiting requests; further ones are refused. */
const mostRequests = 20_000;

const notInitialized = () =>
  new ResponseError(ErrorCodes.ServerNotInitialized, 'The first request must be "initialize".');
const shutDown = () => new ResponseError(ErrorCodes.InvalidRequest, 'The server is shut down.');

/** Answers requests: protocol state, validation, cancellation and typed failures in one place. */
export class Requests {
  private state: 'created' | 'running' | 'shut-down' = 'created';
  /** Of the requests that have no answer yet. */
  private readonly open = new Set<AbortController>();
  private readonly handlers = new Map<string, (params: unknown, signal: AbortSignal) => Promise<unknown>>();

  constructor(
    private readonly connection: Connection,
    private readonly status: StatusSender,
  ) {}

  /** @throws ResponseError InvalidRequest the second time, and after `end` */
  begin(): void {
    if (this.state === 'shut-down') throw shutDown();
    if (this.state === 'running')
      throw new ResponseError(ErrorCodes.InvalidRequest, 'The server is initialized already.');
    this.state = 'running';
  }

  /**
   * Refuses further requests and cancels those that have no answer yet.
   * @throws ResponseError before `begin`, and the second time
   */
  end(): void {
    if (this.state === 'created') throw notInitialized();
    if (this.state === 'shut-down') throw shutDown();
    this.state = 'shut-down';
    for (const controller of this.open) controller.abort();
  }

  get running(): boolean {
    return this.state === 'running';
  }

  on<M extends RequestName>(method: M, handle: Handle<M>): void {
    const checked = (params: unknown, signal: AbortSignal) => {
      const parsed = paramsOf[method].safeParse(params ?? {});
      if (!parsed.success) throw new ResponseError(ErrorCodes.InvalidParams, printable(paramsProblem(parsed.error)));
      return handle(parsed.data, signal);
    };
    this.handlers.set(method, checked);
    this.raw(method, checked);
  }

  /** Runs the handler of a request for another method, e.g. `workspace/executeCommand`. */
  call(method: RequestName, params: unknown, signal: AbortSignal): Promise<unknown> {
    return this.handlers.get(method)!(params, signal);
  }

  /** A request whose parameters `handle` checks itself. */
  raw(method: string, handle: (params: unknown, signal: AbortSignal) => Promise<unknown>): void {
    // The library passes parameters by position and omits missing ones; the token comes last.
    this.connection.onRequest(method, async (...given: unknown[]) => {
      this.refuseByState();
      const token = given.pop() as CancellationToken;
      if (given.length > 1)
        throw new ResponseError(ErrorCodes.InvalidParams, 'Parameters are given by name, as one object.');
      return this.guard(token, (signal) => handle(given[0], signal));
    });
  }

  private refuseByState(): void {
    if (this.state === 'created') throw notInitialized();
    if (this.state === 'shut-down') throw shutDown();
    if (this.status.queued >= mostRequests)
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${mostRequests} requests wait already; ask again later.`);
  }

  private async guard<T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    this.open.add(controller);
    this.status.began();
    try {
      return await work(controller.signal);
    } catch (error) {
      throw this.failure(error, controller.signal);
    } finally {
      subscription.dispose();
      this.open.delete(controller);
      this.status.ended();
    }
  }

  private failure(error: unknown, signal: AbortSignal): ResponseError<void> {
    if (error instanceof ResponseError) return error as ResponseError<void>;
    if (signal.aborted || (error as Error)?.name === 'AbortError')
      return new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
    const lines = ((error as Error).stack ?? String(error)).split('\n');
    this.connection.console.error(lines.map(printable).join('\n'));
    const sentence = systemFaultSentence(error) ?? printable((error as Error).message ?? String(error));
    return new ResponseError(LSPErrorCodes.RequestFailed, sentence);
  }
}
