import fs from 'node:fs';
import { expect, it } from 'vitest';
import { devices, imageExtensions } from '../../../server/src/protocol/vocabulary';
import { defaultSettings } from '../../../server/src/protocol/settings';

interface Setting {
  readonly default: unknown;
  readonly enum?: readonly string[];
}
const { contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
  contributes: {
    configuration: { properties: Record<string, Setting> };
    customEditors: { selector: { filenamePattern: string }[] }[];
    menus: Record<string, { command: string; submenu?: string; when?: string }[]>;
  };
};
const settings = contributes.configuration.properties;

it('offers the devices of the vocabulary', () => {
  expect(settings['temGauge.inference.device']!.enum).toEqual(devices);
});

it('opens every image format in the preview, each extension once', () => {
  const patterns = contributes.customEditors.flatMap((e) => e.selector.map((s) => s.filenamePattern));
  expect(patterns.sort()).toEqual(imageExtensions.map((e) => `*.${e}`).sort());
});

it('shows Estimate F1 for every image format and for nothing else', () => {
  const { when } = contributes.menus['explorer/context']!.find((m) => m.command === 'tem-gauge.estimateF1')!;
  const source = /resourceExtname =~ \/(.+)\/i/.exec(when!)![1]!;
  const shown = new RegExp(source, 'i');
  for (const e of imageExtensions) expect(`.${e}`).toMatch(shown);
  for (const e of ['.txt', '.json', '.pngx', '.xpng', '.pth', '']) expect(e).not.toMatch(shown);
});

it('audits every image format by default', () => {
  expect(settings['temGauge.audit.include']!.default).toEqual(defaultSettings['audit.include']);
  const [glob] = defaultSettings['audit.include'];
  expect(/\{(.*)\}/.exec(glob!)![1]!.split(',')).toEqual(imageExtensions);
});

it('contributes each submenu to a menu once: VS Code ignores the others', () => {
  for (const [menu, items] of Object.entries(contributes.menus)) {
    const submenus = items.flatMap((i) => i.submenu ?? []);
    expect(submenus, menu).toEqual([...new Set(submenus)]);
  }
});
