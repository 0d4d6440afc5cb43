import path from 'node:path';
import * as vscode from 'vscode';
import { printable } from '../../../server/src/core/text/printable';
import type { TrainedDto, TrainingCheckDto, TrainingProgressDto } from '../../../server/src/protocol/training';
import { imagesDone } from '../counts';

/** What is listed in a dialog; the document of the check lists all. */
const shown = 6;

/** What the labels contain, in one sentence. */
export function checkHeadline(c: TrainingCheckDto): string {
  return vscode.l10n.t(
    '{0} of {1} labelled images can be learned from. Cavities: {2}. Groups: {3}.',
    c.usable,
    c.listed,
    c.cavities,
    c.groups.length,
  );
}

/** Everything that the check found, a paragraph per subject. */
export function checkDetails(c: TrainingCheckDto, limit = shown): string[] {
  const list = (all: readonly string[], total = all.length) => [
    ...all.slice(0, limit),
    ...(total > Math.min(limit, all.length) ? ['…'] : []),
  ];
  const { count, files } = c.unlabelled;
  return [
    ...(c.refused === null ? [] : [c.refused]),
    ...list(c.problems.map(printable)),
    ...(count > 0
      ? [
          vscode.l10n.t(
            'Images that no labels list ({0}): {1}',
            count,
            list(
              files.map((f) => printable(path.basename(f))),
              count,
            ).join(', '),
          ),
        ]
      : []),
    ...(c.groups.length > 0
      ? [
          vscode.l10n.t(
            'Groups ({0}): {1}',
            c.groups.length,
            list(c.groups.map((g) => `${printable(g.name)} (${g.images})`)).join(', '),
          ),
        ]
      : []),
    ...(c.groups.length === 1
      ? [vscode.l10n.t('With one group, the error on images of other groups stays unknown.')]
      : []),
    ...list(c.notes.map(printable)),
  ];
}

/** Progress of a training, for a notification. */
export function progressWords({ phase, done, total, secondsLeft }: TrainingProgressDto): string {
  if (phase === 'fitting')
    return vscode.l10n.t('Fitting and validating, step {0} of {1}', Math.min(done + 1, total), total);
  if (secondsLeft === null || done === total) return imagesDone(done, total);
  return secondsLeft < 90
    ? vscode.l10n.t('{0}, {1} s left', imagesDone(done, total), Math.ceil(secondsLeft))
    : vscode.l10n.t('{0}, {1} min left', imagesDone(done, total), Math.round(secondsLeft / 60));
}

/** The errors of F1 in random folds and on held-out groups. */
export function trainedWords({ model, rows, validation }: TrainedDto): string {
  const of = (kind: 'random' | 'groups') => validation.find((v) => v.kind === kind && v.target === 'f1');
  const [random, groups] = [of('random'), of('groups')];
  const learned = vscode.l10n.t('{0} learned from {1} images.', model.name, rows);
  const error = groups
    ? vscode.l10n.t('Mean error of F1 on groups that it had not seen: {0}, in random folds {1}.', groups.mae.toFixed(3), random!.mae.toFixed(3)) // prettier-ignore
    : vscode.l10n.t('Mean error of F1 in random folds: {0}.', random!.mae.toFixed(3));
  return `${learned} ${error}`;
}
