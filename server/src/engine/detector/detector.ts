import type { Raster } from '../../core/image/raster';
import type { Instances } from '../../core/detection/instances';

export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** One of the two seams tests replace. */
export interface Detector {
  /** Stable id of weights and configuration: part of every cache key. */
  readonly id: string;
  readonly categories: readonly string[];
  /** The device the sessions really run on, and one sentence when that is not the one asked for. */
  readonly device: { readonly name: string; readonly notice: string | null };
  /**
   * Runs the network on one image of any bit depth.
   * @throws AbortError when `signal` aborts between the parts of the network.
   */
  detect(image: Raster, signal?: AbortSignal): Promise<Instances>;
  dispose(): Promise<void>;
}
