import type { Acceptance } from '../../../core/calibration/acceptance';
import type { Candidates } from '../../../core/detection/candidates';
import type { Raster } from '../../../core/image/raster';
import type { ModelPackage } from '../../models/modelPackage';
import type { Detector, Device } from '../detector';
import type { GraphDescription } from '../session';
import type { ProcessLimits } from './limits';

/** From the engine to the network's process. `id` numbers the detections of one process. */
export type ToNetwork =
  | {
      readonly type: 'load';
      readonly model: ModelPackage;
      readonly device: Device;
      readonly threads?: number | undefined;
      readonly acceptance?: Acceptance | undefined;
      readonly limits: ProcessLimits;
    }
  | { readonly type: 'detect'; readonly id: number; readonly image: Raster }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'describe'; readonly file: string; readonly limits: ProcessLimits }
  | { readonly type: 'end' };

/** From the network's process to the engine. */
export type FromNetwork =
  /** The first message: the inference library is loaded. */
  | { readonly type: 'started' }
  | { readonly type: 'loaded'; readonly device: Detector['device'] }
  | { readonly type: 'described'; readonly graph: GraphDescription }
  /** Loading or describing failed. */
  | { readonly type: 'refused'; readonly message: string }
  /** A graph is about to run on an input of this many pixels. Sent at most once a second. */
  | { readonly type: 'stage'; readonly id: number; readonly pixels: number }
  /** The first graph has run; this process now occupies one core for some milliseconds. */
  | { readonly type: 'ran'; readonly id: number }
  | { readonly type: 'tile'; readonly id: number; readonly done: number; readonly total: number }
  /** Sent before masks are computed, with the features of the candidates. */
  | {
      readonly type: 'candidates';
      readonly id: number;
      readonly candidates: Candidates;
      readonly features: Float32Array;
    }
  | { readonly type: 'detected'; readonly id: number; readonly candidates: Candidates }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
