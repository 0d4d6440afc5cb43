import * as vscode from 'vscode';

/** "1 image", "24 images". */
export const imageCount = (n: number): string => (n === 1 ? vscode.l10n.t('1 image') : vscode.l10n.t('{0} images', n));

/** "1 detection", "24 detections". */
export const detectionCount = (n: number): string =>
  n === 1 ? vscode.l10n.t('1 detection') : vscode.l10n.t('{0} detections', n);

/** "3 of 24 images". */
export const imagesDone = (done: number, total: number): string =>
  total === 1 ? vscode.l10n.t('{0} of 1 image', done) : vscode.l10n.t('{0} of {1} images', done, total);
