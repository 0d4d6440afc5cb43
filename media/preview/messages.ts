/** THE WEBVIEW CONTRACT: the host pushes state, the webview returns intents. Types only. */
import type { EstimateViewDto } from '../../server/src/protocol/types';

export interface PreviewImage {
  /** URI the webview may load. */
  src: string;
  /** Pixels of the original image. */
  width: number;
  height: number;
  bitDepth: number;
  nmPerPixel: number | null;
}

export type EstimateState =
  | { kind: 'none' }
  | { kind: 'running' }
  | { kind: 'failed'; message: string }
  | { kind: 'done'; estimate: EstimateViewDto };

/** State pushes are idempotent: on `ready` the host sends all of them again. */
export type ToPreview =
  | { type: 'image'; image: PreviewImage }
  | { type: 'unreadable'; message: string }
  | { type: 'estimate'; state: EstimateState };

export type FromPreview = { type: 'ready' } | { type: 'estimate' } | { type: 'showLog' } | { type: 'openAudit' };
