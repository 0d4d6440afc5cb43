import assert from 'node:assert';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { setSettings, themes } from './themes.mjs';
import { contextMenu, reload, until, webview } from './workbench.mjs';

export const title = 'preview in four themes: axe, keyboard, reduced motion';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const bodyClass = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  contrast: 'vscode-high-contrast',
  'contrast-light': 'vscode-high-contrast-light',
};

export async function run({ page, folder, server, shot }) {
  const image = fs.readdirSync(folder).find((n) => n.startsWith('faceted-large'));
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: image });
  await row.waitFor();
  await (await contextMenu(page, row, 'Estimate F1')).click();
  const preview = webview(page);
  await preview.locator('#badge[data-f1]').waitFor();
  const documentOf = async () => (await preview.locator('body').elementHandle()).ownerFrame();
  await keyboard(page, preview, await documentOf());
  for (const [name, id] of Object.entries(themes)) {
    const moves = name === 'dark';
    setSettings(server, { 'workbench.colorTheme': id, 'workbench.reduceMotion': moves ? 'off' : 'on' });
    await reload(page);
    await preview.locator(`body.${bodyClass[name]} #badge[data-f1]`).waitFor();
    await until('the quantities', () => preview.locator('#quantities dd').count());
    const document = await documentOf();
    const violations = await document.evaluate(`${axe};
      axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target.join(' ') + ': ' + (n.any[0]?.message ?? v.help))))`);
    assert.deepEqual(violations, [], `axe in the theme ${name}`);
    assert.equal(await animation(preview), moves ? 'shimmer' : 'none', `animation in the theme ${name}`);
    await shot(`11-theme-${name}`);
  }
  return `${Object.keys(themes).length} themes`;
}

/** Every control is reached by Tab and shows its focus; keys of the stage act; the list of keys closes by Escape. */
async function keyboard(page, preview, document) {
  const stage = preview.locator('#stage');
  await stage.press('w');
  await preview.locator('#histogram').waitFor();
  const reached = new Set();
  await preview.locator('[role=toolbar] button').first().focus();
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const { name, visible } = await document.evaluate(() => {
      const e = globalThis.document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(e);
      return {
        name:
          e.id || e.getAttribute('aria-label') || e.tagName + (e.tagName === 'BODY' ? '' : ` ${e.textContent.trim()}`),
        visible: e.tagName === 'BODY' || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0),
      };
    });
    assert.ok(visible, `the focus on "${name}" is visible`);
    if (reached.has(name)) break;
    reached.add(name);
  }
  for (const name of [
    'score-slider',
    'show-outlines',
    'copy-picture',
    'detections',
    'export',
    'Foil thickness in nm',
    'Gamma',
  ])
    assert.ok(reached.has(name), `Tab never reached "${name}": ${[...reached].join(' | ')}`);
  await stage.press('w');
  await preview.locator('#histogram').waitFor({ state: 'hidden' });
  await stage.press('p');
  await preview.locator('aside').waitFor({ state: 'hidden' });
  await stage.press('p');
  await stage.press('?');
  await preview.locator('dialog#keys[open]').waitFor();
  await page.keyboard.press('Escape');
  await preview.locator('dialog#keys').waitFor({ state: 'hidden' });
}

/** Name of the animation that shows that something is read: the editor's own setting stops it. */
const animation = (preview) =>
  preview.locator('body').evaluate((body) => {
    const sample = body.appendChild(document.createElement('div'));
    sample.className = 'skeleton';
    const name = getComputedStyle(sample).animationName;
    sample.remove();
    return name;
  });
