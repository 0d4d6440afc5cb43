import * as vscode from 'vscode';
import type { AuditedDto } from '../../../server/src/protocol/types';
import type { Outcome, Reliability } from '../../../server/src/protocol/vocabulary';
import { countVerdicts, type Verdicts } from '../../../server/src/protocol/levels';
import { imageCount } from '../counts';

/** Name of a level in the display language. */
export function levelName(level: Reliability): string {
  switch (level) {
    case 'reliable':
      return vscode.l10n.t('reliable');
    case 'review':
      return vscode.l10n.t('for review');
    case 'unreliable':
      return vscode.l10n.t('unreliable');
    case 'unknown':
      return vscode.l10n.t('unknown');
  }
}

/** Name of an outcome in the display language. */
export function outcomeName(outcome: Outcome): string {
  switch (outcome) {
    case 'estimated':
      return vscode.l10n.t('estimated');
    case 'no-detections':
      return vscode.l10n.t('no detections');
    case 'no-forest':
      return vscode.l10n.t('detections, but no forest to predict F1');
    case 'unreadable':
      return vscode.l10n.t('unreadable');
    case 'unsupported':
      return vscode.l10n.t('unsupported');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

/** "24 images: 10 reliable, 4 for review, 3 unreliable, 5 unknown, 2 refused". */
export const headline = (results: readonly AuditedDto[]): string =>
  `${imageCount(results.length)}: ${verdictWords(countVerdicts(results))}`;

/** All levels, also those without an image; refused and failed only where there are some. */
export function verdictWords({ reliable, review, unreliable, unknown, refused, failed }: Verdicts): string {
  return [
    vscode.l10n.t('{0} reliable, {1} for review, {2} unreliable, {3} unknown', reliable, review, unreliable, unknown),
    ...(refused > 0 ? [vscode.l10n.t('{0} refused', refused)] : []),
    ...(failed > 0 ? [vscode.l10n.t('{0} failed', failed)] : []),
  ].join(', ');
}
