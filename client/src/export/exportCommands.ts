import type * as vscode from 'vscode';
import type { AuditTree } from '../audit/auditTree';
import type { commandRegistrar } from '../commands';
import type { Exporter } from './exporter';
import { everything, scopeOf, type Scope } from './scope';

const kindOf = {
  'tem-gauge.export.images': 'images',
  'tem-gauge.export.cavities': 'cavities',
  'tem-gauge.export.coco': 'coco',
  'tem-gauge.export.lists': 'lists',
  'tem-gauge.export.overlayPng': 'png',
  'tem-gauge.export.overlaySvg': 'svg',
} as const;

const tableOf = { 'tem-gauge.copy.quantities': 'images', 'tem-gauge.copy.detections': 'cavities' } as const;

/** Commands of the Export menus in Explorer, tree, preview and palette. */
export function registerExportCommands(
  command: ReturnType<typeof commandRegistrar>,
  exporter: Exporter,
  tree: AuditTree,
  previews: { front(): Scope | undefined },
): vscode.Disposable[] {
  /** The menu's selection, else the preview in front, else all results. */
  const scope = (first: unknown, selected: unknown): Scope => {
    const given = scopeOf(first, selected);
    const shown = previews.front();
    // The editor's title passes only the file; the shown frame comes from the preview.
    if (shown && (!given || (given.uris.length === 1 && given.uris[0] === shown.uris[0])))
      return { ...shown, ...given };
    return given ?? everything;
  };
  return [
    ...Object.entries(kindOf).map(([id, kind]) =>
      command(id, (first?: unknown, selected?: unknown, target?: vscode.Uri) =>
        exporter.export(kind, scope(first, selected), target),
      ),
    ),
    ...Object.entries(tableOf).map(([id, table]) =>
      command(id, (first?: unknown, selected?: unknown) => exporter.copy(table, scope(first, selected))),
    ),
    command('tem-gauge.export', (first?: unknown, selected?: unknown) => exporter.ask(scope(first, selected))),
    // From the view's title: the selected rows if there are several, else all results.
    command('tem-gauge.exportResults', () => {
      const { selection } = tree.view;
      return exporter.ask((selection.length > 1 && scopeOf(selection[0], selection)) || everything);
    }),
  ];
}
