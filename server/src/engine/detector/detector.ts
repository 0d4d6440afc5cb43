import type { Raster } from '../../core/image/raster';
import type { Candidates, SelectCandidates } from '../../core/detection/candidates';

export type { Device } from '../../protocol/vocabulary';

export interface DetectOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called before each run of a graph with the number of pixels of the network's input. */
  readonly onStage?: ((pixels: number) => void) | undefined;
  /** Called after each run of a graph. Between two runs the detector occupies one core, the others are free. */
  readonly onRan?: (() => void) | undefined;
  /** Called after each tile of a large image. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
  /**
   * Called once with the candidates and their features (see candidateFeatures), before masks are computed. Of a large image
   * these are the candidates of the whole, without its tiles. Not called by a detector without calibration or without masks.
   */
  readonly onCandidates?: ((candidates: Candidates, features: Float32Array) => void) | undefined;
}

/** Interface of all detectors; tests replace it. */
export interface Detector {
  /** Stable id of weights and configuration: part of every cache key. */
  readonly id: string;
  readonly categories: readonly string[];
  /** The device on which the sessions run, and one sentence if it is not the requested one. */
  readonly device: { readonly name: string; readonly notice: string | null };
  /**
   * Runs the network on one image of any bit depth.
   * @throws AbortError when `signal` aborts, between the parts of the network
   */
  detect(image: Raster, options?: DetectOptions): Promise<Candidates>;
  dispose(): Promise<void>;
}

export interface SelectingOptions extends DetectOptions {
  /** Selects the candidates that get masks; by default those above the model's score threshold. */
  readonly select?: SelectCandidates | undefined;
}

/** A detector in the same process as its caller. */
export interface SelectingDetector extends Detector {
  detect(image: Raster, options?: SelectingOptions): Promise<Candidates>;
}
