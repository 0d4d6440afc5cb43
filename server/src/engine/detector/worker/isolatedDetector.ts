import type { Acceptance } from '../../../core/calibration/acceptance';
import type { Candidates } from '../../../core/detection/candidates';
import type { Raster } from '../../../core/image/raster';
import type { ModelPackage } from '../../models/modelPackage';
import { packageFiles } from '../../models/modelPackage';
import type { DetectOptions, Detector, Device } from '../detector';
import { limitsOf, type ProcessLimits } from './limits';
import { NetworkProcess } from './networkProcess';
import { request } from './request';
import { NetworkCrash, runDetection, type Deadlines } from './runDetection';

export interface IsolationOptions {
  /** Threads of the network; by default the physical cores. */
  readonly threads?: number | undefined;
  /** Selects the candidates that get masks; by default those above the model's score threshold. */
  readonly acceptance?: Acceptance | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** What the process may use; by default it depends on the model's size. */
  readonly limits?: Partial<ProcessLimits> | undefined;
  /** Receives the output of the runtime, and a message when the process is restarted. */
  readonly log?: ((message: string) => void) | undefined;
  /** Starts a process; replaced in tests. */
  readonly start?: ((log: (line: string) => void) => NetworkProcess) | undefined;
}

/** A process that computes is ended by its own limits, after 25 s; these deadlines are for one that has stopped computing. */
const defaultDeadlines: Deadlines = { stageMs: 150_000, pixels: 2e6, graceMs: 2000 };

/** Number of failed detections, if none has succeeded, after which the network is not started again. */
const attempts = 3;

/**
 * A detector whose network runs in a separate process: the calling process stays responsive, a cancelled or endless
 * detection is stopped, and after a crash of the runtime the process is restarted once. Detections run one after another.
 * @throws Error when no device can load the model
 */
export async function createIsolatedDetector(
  model: ModelPackage,
  device: Device,
  options: IsolationOptions = {},
): Promise<Detector> {
  const detector = new IsolatedDetector(model, device, options);
  await detector.load();
  return detector;
}

class IsolatedDetector implements Detector {
  readonly id: string;
  readonly categories: readonly string[];
  device: Detector['device'] = { name: 'cpu', notice: null };
  private network: NetworkProcess | null = null;
  private readonly deadlines: Deadlines;
  private readonly log: (message: string) => void;
  private count = 0;
  private failures = 0;
  private succeeded = false;
  private disposed = false;
  /** Settles when the process is idle or has ended. */
  private idle: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly model: ModelPackage,
    private readonly wanted: Device,
    private readonly options: IsolationOptions,
  ) {
    this.id = model.id;
    this.categories = model.manifest.detector.categories;
    this.deadlines = { ...defaultDeadlines, ...options.deadlines };
    this.log = options.log ?? (() => undefined);
  }

  /** Starts the process and loads the model in it, unless it is running. */
  async load(): Promise<NetworkProcess> {
    if (this.disposed) throw new Error('The network was shut down.');
    if (this.network) return this.network;
    const start = this.options.start ?? ((log) => new NetworkProcess(log));
    const network = start((line) => this.log(`Network process: ${line}`));
    this.network = network;
    network.onExit(() => {
      if (this.network === network) this.network = null;
    });
    try {
      const megabytes = packageFiles(this.model.manifest).reduce((n, f) => n + f.bytes, 0) / 1e6;
      const deadline = this.deadlines.stageMs + 50 * megabytes;
      const message = {
        type: 'load',
        model: this.model,
        device: this.wanted,
        threads: this.options.threads,
        acceptance: this.options.acceptance,
        limits: { ...limitsOf(this.model), ...this.options.limits },
      } as const;
      this.device = (await request(network, message, 'loaded', deadline)).device;
      return network;
    } catch (error) {
      network.kill();
      await network.ended();
      throw error;
    }
  }

  detect(image: Raster, options: DetectOptions = {}): Promise<Candidates> {
    const began = this.idle.then(() => this.attempt(image, options));
    this.idle = began.then(
      (running) => running.idle,
      () => undefined,
    );
    return began.then((running) => running.result);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.network?.end(500);
  }

  /** Runs a detection, and once more in a new process when the first one crashed. */
  private async attempt(image: Raster, options: DetectOptions) {
    options.signal?.throwIfAborted();
    if (!this.succeeded && this.failures >= attempts)
      throw new Error(`The network failed ${attempts} times and is not tried again.`);
    const first = runDetection(await this.load(), { id: ++this.count, image }, options, this.deadlines);
    const result = first.result.catch(async (error: Error) => {
      if (!(error instanceof NetworkCrash) || this.disposed) throw error;
      this.log(`${error.message} It is started again.`);
      await first.idle;
      const second = runDetection(await this.load(), { id: ++this.count, image }, options, this.deadlines);
      idle = second.idle;
      return second.result;
    });
    let idle = first.idle;
    const outcome = result.then(
      (candidates) => {
        this.succeeded = true;
        return candidates;
      },
      (error: Error) => {
        if (!options.signal?.aborted) this.failures++;
        throw error;
      },
    );
    // `idle` is read after the result has settled and then belongs to the last attempt.
    const settled = outcome.catch(() => undefined).then(() => idle);
    return { result: outcome, idle: settled };
  }
}
