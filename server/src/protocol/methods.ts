/** Every request and notification between client and server, in one table each. */
import type { AuditedDto, AuditSummaryDto, EstimateViewDto, ModelDto, PreviewDto, ServerStatusDto } from './types';

/** A work-done token of the Language Server Protocol. */
export type ProgressToken = string | number;

export interface RequestTable {
  /** Estimates one image; interactive priority, cancellable. */
  'tem-gauge/estimate': { params: { uri: string; force?: boolean }; result: EstimateViewDto };
  /** Makes an image visible without inference. */
  'tem-gauge/preview': { params: { uri: string }; result: PreviewDto | { unreadable: string } };
  /** Audits files and folders in batch priority; results arrive by `tem-gauge/audited`. One at a time. */
  'tem-gauge/audit': {
    params: { uris: string[]; workDoneToken?: ProgressToken; cachedOnly?: boolean };
    result: AuditSummaryDto;
  };
  'tem-gauge/models': { params: Record<string, never>; result: ModelDto[] };
  /** Imports a checkpoint or ONNX graph as a new model, or a scikit-learn forest for `model`. */
  'tem-gauge/importModel': {
    params: { file: string; config?: string; scaler?: string; model?: string };
    result: { kind: 'detector' | 'forest'; model: ModelDto; notices: string[] };
  };
  /** Markdown. */
  'tem-gauge/modelCard': { params: { path: string }; result: { card: string } };
  'tem-gauge/verifyModel': { params: { path: string }; result: { ok: boolean; message: string } };
  'tem-gauge/removeModel': { params: { path: string }; result: { removed: string } };
  /** Writes the report of what was audited since the server started, as one HTML page. */
  'tem-gauge/report': { params: { uri: string }; result: { written: string; images: number } };
}

export interface NotificationTable {
  /** Server → client: batches of at most 50. */
  'tem-gauge/audited': { results: AuditedDto[]; done: number; total: number };
  /** Server → client. */
  'tem-gauge/status': ServerStatusDto;
}

export type RequestName = keyof RequestTable;
export type NotificationName = keyof NotificationTable;
