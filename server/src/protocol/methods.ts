/** Every request and notification between client and server, in one table each. */
import type { MeasureViewDto, QuantityGroupDto } from './quantities';
import type { GroupingDto, TrainedDto, TrainingCheckDto, TrainingProgressDto } from './training';
import type {
  AuditedDto,
  AuditSummaryDto,
  EstimateViewDto,
  JobQueryDto,
  JobResultsDto,
  ExportDto,
  ModelDto,
  PreviewDto,
  ServerStatusDto,
} from './types';
import type { ExportKind } from './vocabulary';

/** A work-done token of the Language Server Protocol. */
export type ProgressToken = string | number;

export interface ProgressDto {
  done: number;
  total: number;
  /** Images found unreliable so far. */
  low: number;
}

/** What a forest is trained on: folders, labels and a table of groups as URIs, the detector's model by path. */
export interface TrainingParams {
  uris: string[];
  /** COCO instances of all folders, instead of those that lie in them. */
  labels?: string;
  grouping?: GroupingDto;
  /** The embedded model where absent. */
  model?: string;
}

export interface RequestTable {
  /** Estimates one image; interactive priority, cancellable. */
  'tem-gauge/estimate': { params: { uri: string; force?: boolean; frame?: number }; result: EstimateViewDto };
  /** Makes an image visible without running the network. */
  'tem-gauge/preview': { params: { uri: string; frame?: number }; result: PreviewDto | { unreadable: string } };
  /** Path of a tile's raw values; null if the file no longer has the pixels of the key. */
  'tem-gauge/tile': {
    params: { uri: string; imageKey: string; frame: number; level: number; column: number; row: number };
    result: { path: string | null };
  };
  /**
   * Quantities of one image or frame, or of all estimated images of its folder (only from the cache). Thickness in nm,
   * its uncertainty as standard deviation over value.
   */
  'tem-gauge/measure': {
    params: { uri: string; frame?: number; folder?: boolean; thicknessNm?: number; thicknessUncertainty?: number };
    result: MeasureViewDto;
  };
  /**
   * Quantities of all results, of the reliable ones, and per folder where there are several: only from stored records.
   * `missing` results are no longer in the cache.
   */
  'tem-gauge/quantities': {
    params: { thicknessNm?: number; thicknessUncertainty?: number };
    result: { groups: QuantityGroupDto[]; missing: number };
  };
  /** Stores a manually measured pixel size for the image's folder; null removes it. */
  'tem-gauge/calibrate': { params: { uri: string; nmPerPixel: number | null }; result: { file: string } };
  /** Audits files and folders in batch priority; results arrive by `tem-gauge/audited`. One at a time. */
  'tem-gauge/audit': {
    params: { uris: string[]; workDoneToken?: ProgressToken };
    result: AuditSummaryDto;
  };
  /** Restores results of files and folders only from the cache, after a reload or a crash. */
  'tem-gauge/restore': {
    params: { uris: string[] };
    result: { restored: number; total: number; skipped: AuditSummaryDto['skipped'] };
  };
  /** Compares the results with the files on disk; answers with the number of results that remain. */
  'tem-gauge/refresh': { params: Record<string, never>; result: { results: number } };
  /** Opens the results of an audit in tasks: its folder, or a file in it. One at a time; no image is opened. */
  'tem-gauge/openResults': { params: { uri: string }; result: JobResultsDto };
  /** Takes up what the tasks wrote since. */
  'tem-gauge/refreshResults': { params: Record<string, never>; result: JobResultsDto & { changed: boolean } };
  /** Levels in the order of need, or folders (relative to the root) by name, that have results. */
  'tem-gauge/resultGroups': {
    params: JobQueryDto;
    result: { groups: { key: string; images: number }[]; total: number };
  };
  /** Results of a group, or of all without groups, the worst first. */
  'tem-gauge/resultPage': { params: JobQueryDto & { group: string }; result: { rows: AuditedDto[]; total: number } };
  /** Writes a page about all results that lists the worst. */
  'tem-gauge/resultReport': { params: { uri: string }; result: { written: string; images: number; listed: number } };
  'tem-gauge/closeResults': { params: Record<string, never>; result: { closed: boolean } };
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
  /** What the labels of folders contain and what is wrong with them; nothing is run. */
  'tem-gauge/checkTraining': { params: TrainingParams; result: TrainingCheckDto };
  /**
   * Trains a forest for a detector and writes both as a new model; one at a time, cancellable. Images that were detected
   * before are not detected again. Progress arrives by `tem-gauge/training`.
   */
  'tem-gauge/train': {
    params: TrainingParams & { name: string; seed?: number; skipFaulty?: boolean };
    result: TrainedDto;
  };
  /** Writes the report of the results that are shown, as one HTML page. */
  'tem-gauge/report': {
    params: { uri: string; thicknessNm?: number; thicknessUncertainty?: number };
    result: { written: string; images: number };
  };
  /**
   * Exports images, folders, or all results (no URIs). The server writes the file (tables, the overlay of one image) or
   * fills the folder `to`; without `to` a table is answered as text for the clipboard. Images that are named are
   * estimated where needed; those of folders come from the cache, and the others are counted as missing.
   */
  'tem-gauge/export': {
    params: {
      uris: string[];
      kind: ExportKind;
      to?: string;
      /** Frame of the one named image. */
      frame?: number;
      thicknessNm?: number;
      thicknessUncertainty?: number;
    };
    result: ExportDto;
  };
}

export interface NotificationTable {
  /** Server → client: new or re-levelled results, in batches of at most 50; with progress while an audit runs. */
  'tem-gauge/audited': { results: AuditedDto[]; progress: ProgressDto | null };
  /** Server → client: results that are no longer valid, because their files changed or were deleted. */
  'tem-gauge/removed': { uris: string[] };
  /** Server → client: how far the training is, at most ten times per second. */
  'tem-gauge/training': TrainingProgressDto;
  /** Server → client. */
  'tem-gauge/status': ServerStatusDto;
}

export type RequestName = keyof RequestTable;
