import * as vscode from 'vscode';
import type { ExportKind } from '../../../server/src/protocol/vocabulary';

/** Target of an export: a file, a folder, or a file for one image and a folder for several. */
export interface KindFacts {
  readonly kind: ExportKind;
  readonly title: string;
  readonly detail: string;
  readonly place: 'file' | 'folder' | 'file-for-one';
  /** Extension of the file. */
  readonly extension: string;
  /** Names in a folder that an export replaces. */
  readonly replaces: readonly string[];
}

/** All exports with their texts. */
export const exportFacts = (): readonly KindFacts[] => [
  {
    kind: 'images',
    title: vscode.l10n.t('Image table (CSV)'),
    detail: vscode.l10n.t('One row per image: F1, precision, recall and all quantities with their intervals'),
    place: 'file',
    extension: 'csv',
    replaces: [],
  },
  {
    kind: 'cavities',
    title: vscode.l10n.t('Cavity table (CSV)'),
    detail: vscode.l10n.t('One row per detection: place, size, shape and probability'),
    place: 'file',
    extension: 'csv',
    replaces: [],
  },
  {
    kind: 'coco',
    title: vscode.l10n.t('COCO files'),
    detail: vscode.l10n.t('Results with masks, and instances for annotation tools'),
    place: 'folder',
    extension: 'json',
    replaces: ['coco-results.json', 'coco-instances.json'],
  },
  {
    kind: 'lists',
    title: vscode.l10n.t('Lists of files by level'),
    detail: vscode.l10n.t('reliable.txt, review.txt, unreliable.txt and unknown.txt'),
    place: 'folder',
    extension: 'txt',
    replaces: ['reliable.txt', 'review.txt', 'unreliable.txt', 'unknown.txt'],
  },
  {
    kind: 'png',
    title: vscode.l10n.t('Overlay (PNG)'),
    detail: vscode.l10n.t('The picture in full size with outlines and scale bar'),
    place: 'file-for-one',
    extension: 'png',
    replaces: ['overlays'],
  },
  {
    kind: 'svg',
    title: vscode.l10n.t('Overlay (SVG)'),
    detail: vscode.l10n.t('The same with outlines that can be edited'),
    place: 'file-for-one',
    extension: 'svg',
    replaces: ['overlays'],
  },
];
