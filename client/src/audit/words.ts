import * as vscode from 'vscode';
import type { AuditedDto } from '../../../server/src/protocol/types';
import type { Outcome, Reliability } from '../../../server/src/protocol/vocabulary';
import { countLevels } from '../../../server/src/protocol/levels';

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

/** What the rows amount to, in one sentence. */
export function headline(results: readonly AuditedDto[]): string {
  const { reliable, review, unreliable, unknown } = countLevels(results);
  return vscode.l10n.t(
    '{0} images: {1} reliable, {2} for review, {3} unreliable, {4} unknown',
    results.length,
    reliable,
    review,
    unreliable,
    unknown,
  );
}
