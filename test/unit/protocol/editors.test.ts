import fs from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { viewTypeOf, viewTypes } from '../../../client/src/viewType';
import { imageExtensions } from '../../../server/src/protocol/vocabulary';

vi.mock('vscode', () => ({}));

interface Manifest {
  contributes: {
    customEditors: { viewType: string; selector: { filenamePattern: string }[] }[];
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>;
    commands: { command: string }[];
    configuration: { properties: Record<string, { scope?: string }> };
  };
}
const { contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Manifest;

describe('package.json and the client', () => {
  it('open every format in the same editor', () => {
    const declared = contributes.customEditors.flatMap((e) =>
      e.selector.map((s) => [s.filenamePattern.replace('*.', ''), e.viewType] as const),
    );
    expect(declared.map(([extension]) => extension).sort()).toEqual([...imageExtensions].sort());
    for (const [extension, viewType] of declared)
      expect(viewTypeOf({ path: `/a.${extension.toUpperCase()}` } as Uri), extension).toBe(viewType);
    expect(new Set(declared.map(([, v]) => v))).toEqual(new Set(viewTypes));
  });

  it('offer every format in the context menu of the Explorer', () => {
    for (const { when } of contributes.menus['explorer/context']!) {
      const pattern = new RegExp(/resourceExtname =~ \/(.+)\/i/.exec(when!)![1]!, 'i');
      for (const extension of imageExtensions) expect(`.${extension}`).toMatch(pattern);
      expect('.txt').not.toMatch(pattern);
    }
  });

  it('every command of a menu is declared', () => {
    const known = new Set(contributes.commands.map((c) => c.command));
    for (const item of Object.values(contributes.menus).flat()) if (item.command) expect(known).toContain(item.command);
  });

  it('no setting of a workspace names an executable', () =>
    expect(contributes.configuration.properties['temGauge.server.runtime']!.scope).toBe('machine'));
});
