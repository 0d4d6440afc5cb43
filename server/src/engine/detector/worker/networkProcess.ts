import { fork, type ChildProcess } from 'node:child_process';
import { runtimeMessage } from '../../../core/text/runtimeMessage';
import { limitMark } from './limits';
import type { Socket } from 'node:net';
import type { FromNetwork, ToNetwork } from './messages';
import { workerFile } from './workerFile';

/** Number of the runtime's output lines that are passed on, per process. */
const loggedLines = 20;

/** The line of a stack trace that contains the message. */
const errorLine = /^\w*Error: /;

/** The process that runs the network. It ends with this one (watcher.ts), and cannot block it. */
export class NetworkProcess {
  private readonly child: ChildProcess;
  private readonly listeners = new Set<(message: FromNetwork) => void>();
  private readonly exitListeners = new Set<(how: string) => void>();
  private how: string | null = null;
  private lastLine = '';
  /** Whether the process has loaded the inference library. */
  private started = false;
  private killed = false;
  private exceeded: string | null = null;
  private readonly exited: Promise<string>;

  /**
   * @param log receives the runtime's output, line by line
   * @param file the bundle to run; replaced in tests
   */
  constructor(log: (line: string) => void = () => undefined, file: string = workerFile()) {
    this.child = fork(file, [], {
      // Typed arrays are transferred as bytes: 0.5 MB of pixels took 1.3 ms, 34 MB 75 ms (two cores, busy; Node 20).
      serialization: 'advanced',
      execArgv: [],
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      // In VS Code the executable is Electron.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ORT_DISABLE_TELEMETRY: '1' },
    });
    this.child.on('message', (message: FromNetwork) => {
      this.started = true;
      for (const listen of [...this.listeners]) listen(message);
    });
    this.readErrors(log);
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`The network's process could not be run: ${error.message}.`));
      // After the last line of its standard error.
      this.child.once('close', (code: number | null, signal: NodeJS.Signals | null) =>
        resolve(this.ending(code, signal)),
      );
    });
    void this.exited.then((how) => {
      this.how = how;
      for (const listen of this.exitListeners) listen(how);
      this.exitListeners.clear();
    });
    // A broken pipe is reported by `ended`.
    this.child.stdin!.on('error', () => undefined);
    (this.child.stdin as unknown as Socket).unref();
    this.unref();
  }

  /** Whether the process ended itself because it exceeded a limit: the same image would exceed it again. */
  get exceededLimit(): boolean {
    return this.exceeded !== null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Calls `listen` with each message until the returned function is called. */
  onMessage(listen: (message: FromNetwork) => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  /**
   * Calls `listen` with the sentence of `ended` unless the returned function is called before. Thousands of detections run
   * in one process: a callback on the promise itself would keep each of their images in memory.
   */
  onExit(listen: (how: string) => void): () => void {
    if (this.how !== null) listen(this.how);
    else this.exitListeners.add(listen);
    return () => this.exitListeners.delete(listen);
  }

  /**
   * Resolves when the process has ended, with one sentence that says how. Never rejects. This process stays alive meanwhile:
   * otherwise it would end too, without a message and with exit code 0.
   */
  ended(): Promise<string> {
    this.ref();
    return this.exited;
  }

  /** Messages to a process that has ended are dropped; `ended` reports the end. */
  send(message: ToNetwork): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** Keeps this process alive while the network works. */
  ref(): void {
    this.child.ref();
    this.child.channel?.ref();
    this.stderr.ref();
  }

  /** An idle network does not keep this process alive. */
  unref(): void {
    this.child.unref();
    this.child.channel?.unref();
    this.stderr.unref();
  }

  /** Ends the process even inside a graph that never ends. */
  kill(): void {
    this.killed = true;
    this.child.kill('SIGKILL');
  }

  /** Lets an idle process end by itself; kills it when that takes longer than `graceMs`. */
  async end(graceMs: number): Promise<void> {
    this.send({ type: 'end' });
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.ended();
    clearTimeout(timer);
  }

  private get stderr(): Socket {
    return this.child.stderr as unknown as Socket;
  }

  private readErrors(log: (line: string) => void): void {
    let rest = '';
    let lines = 0;
    this.child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!.slice(-1000);
      for (const part of parts) {
        const line = runtimeMessage(part).slice(0, 300);
        if (!line) continue;
        if (line.startsWith(limitMark)) {
          this.exceeded = line.slice(limitMark.length);
          continue;
        }
        // A stack trace: its first line contains the reason.
        if (!this.started) {
          if (!errorLine.test(this.lastLine)) this.lastLine = line;
          continue;
        }
        this.lastLine = line;
        if (++lines <= loggedLines) log(line);
      }
    });
  }

  private ending(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.exceeded) return this.exceeded;
    if (this.killed) return "The network's process was stopped.";
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    if (!this.started) {
      const why = errorLine.test(this.lastLine) ? this.lastLine : `its process ${how}`;
      return `The inference library cannot be loaded (${why}): install the package for ${process.platform}-${process.arch} again.`;
    }
    return `The network's process ${how}${this.lastLine ? ` (${this.lastLine})` : ''}.`;
  }
}
