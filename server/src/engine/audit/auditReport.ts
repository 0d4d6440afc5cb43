import path from 'node:path';
import { htmlReport } from '../report/page';
import type { AuditResult } from './runAudit';

/** Contents of a report besides the results. */
export interface AuditReportOptions {
  /** Folder that was audited. */
  readonly folder: string;
  /** Path of the page. */
  readonly target: string;
  readonly version: string;
  readonly thresholds: { readonly low: number; readonly review: number };
  /** Where the user fixed one. */
  readonly scoreThreshold?: number | undefined;
}

/** The page of an audit that was requested with AuditRequest.report. */
export function auditReport(result: AuditResult, { folder, target, ...options }: AuditReportOptions): string {
  if (!result.report) throw new TypeError('The audit was not requested with a report.');
  return htmlReport({
    ...options,
    ...result.report,
    folder: path.resolve(folder),
    target: path.resolve(target),
    generated: new Date(),
    trueF1: new Map(result.labelled.map(({ file, trueF1 }) => [file, trueF1])),
    skipped: result.found.skipped,
    stoppedOf: result.stoppedOf ?? undefined,
  });
}
