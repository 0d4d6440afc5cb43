import { describe, expect, it } from 'vitest';
import type { Connection, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { Diagnostics, mostProblems } from '../../../server/src/lsp/diagnostics';
import type { FindingDto } from '../../../server/src/protocol/types';

const warning: FindingDto = { code: 'low-f1', severity: 'warning', message: 'Low.' };
const information: FindingDto = { code: 'no-detections', severity: 'information', message: 'None.' };
const hint: FindingDto = { code: 'missing-scale', severity: 'hint', message: 'No scale.' };

/** Diagnostics with what an editor would show of them. */
function panel() {
  const shown = new Map<string, string[]>();
  const connection = {
    sendDiagnostics: ({ uri, diagnostics }: PublishDiagnosticsParams) => {
      if (diagnostics.length > 0)
        shown.set(
          uri,
          diagnostics.map((d) => String(d.code)),
        );
      else shown.delete(uri);
      return Promise.resolve();
    },
  } as unknown as Connection;
  return { shown, diagnostics: new Diagnostics(connection) };
}

describe('Problems', () => {
  it('are at most 1,000; one that goes makes room for one that waited', () => {
    const { shown, diagnostics } = panel();
    for (let i = 0; i < mostProblems + 5; i++) diagnostics.publish(`file:///${i}`, [warning]);
    expect(shown.size).toBe(1000);
    diagnostics.clear('file:///3');
    expect(shown.size).toBe(1000);
    expect(shown.has('file:///3')).toBe(false);
    expect(shown.has('file:///1000')).toBe(true);
    // Publishing a shown one again takes no second place.
    diagnostics.publish('file:///4', [warning]);
    expect(shown.size).toBe(1000);
    for (let i = 0; i < mostProblems + 5; i++) diagnostics.clear(`file:///${i}`);
    expect(shown.size).toBe(0);
  });

  it('contain information only where it is asked for, and never hints', () => {
    const { shown, diagnostics } = panel();
    diagnostics.publish('file:///a', [information, hint]);
    diagnostics.publish('file:///b', [warning, information]);
    expect([...shown]).toEqual([['file:///b', ['low-f1']]]);
    diagnostics.show(true);
    expect(shown.get('file:///a')).toEqual(['no-detections']);
    expect(shown.get('file:///b')).toEqual(['low-f1', 'no-detections']);
    diagnostics.show(false);
    expect([...shown]).toEqual([['file:///b', ['low-f1']]]);
  });
});
