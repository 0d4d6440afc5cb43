import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../host/chromium.mjs';

const axe = fs.readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

describe.skipIf(!chromiumPath)('the HTML report in a browser', () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-report-page-'));
    const images = fs.readdirSync('media/samples/images');
    for (const name of [images[0]!, images.find((n) => n.startsWith('empty'))!])
      fs.copyFileSync(path.join('media/samples/images', name), path.join(folder, name));
    fs.writeFileSync(path.join(folder, 'broken.png'), 'no image');
    fs.writeFileSync(path.join(folder, 'notes.xyz'), 'x');
    const args = ['dist/cli.js', 'audit', folder, '--html', path.join(folder, 'report.html'), '--nm-per-pixel', '0.4'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const open = async (options: {
    colorScheme?: 'light' | 'dark';
    forcedColors?: 'active';
    contrast?: 'more';
    width?: number;
  }) => {
    const { width = 1100, ...media } = options;
    // The tests' own script needs to be let in; the page's policy allows its own alone.
    const page = await browser.newPage({ viewport: { width, height: 800 }, bypassCSP: true, ...media });
    await page.goto(pathToFileURL(path.join(folder, 'report.html')).href);
    return page;
  };

  it.each([
    { colorScheme: 'light' },
    { colorScheme: 'dark' },
    { colorScheme: 'dark', forcedColors: 'active' },
    { colorScheme: 'light', contrast: 'more' },
    { colorScheme: 'dark', contrast: 'more' },
    { colorScheme: 'light', width: 360 },
  ] as const)('has no axe violation with %o, and nothing wider than the window', async (options) => {
    const page = await open(options);
    const violations = await page.evaluate(`${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))`); // prettier-ignore
    expect(violations).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.close();
  });

  const themes = [
    ['the high contrast theme', { colorScheme: 'light' }, 'vscode-high-contrast', 'rgb(0, 0, 0)'],
    ['the light high contrast theme', { colorScheme: 'dark' }, 'vscode-high-contrast-light', 'rgb(255, 255, 255)'],
    ['the contrast of the system', { colorScheme: 'dark', contrast: 'more' }, '', 'rgb(0, 0, 0)'],
  ] as const;
  it.each(themes)('has in %s a contrast of at least 7, and lines around areas', async (_, media, theme, ground) => {
    const page = await open(media);
    await page.evaluate((name) => (document.body.className = name), theme);
    const [body, tracks, ratios] = await page.evaluate(() => {
      const style = (element: Element) => getComputedStyle(element);
      const luminance = (colour: string) =>
        colour
          .match(/\d+/g)!
          .slice(0, 3)
          .map((v) => Number(v) / 255)
          .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0);
      const own = luminance(style(document.body).backgroundColor);
      const texts = [...document.querySelectorAll('.level, .dim, a, th, .big, button')].map((e) => style(e).color);
      return [
        style(document.body).backgroundColor,
        [...document.querySelectorAll('.track, .bar-levels')].map((e) => style(e).outlineStyle),
        [...new Set(texts)].map((c) => (Math.max(luminance(c), own) + 0.05) / (Math.min(luminance(c), own) + 0.05)),
      ] as const;
    });
    expect(body).toBe(ground);
    expect(new Set(tracks)).toEqual(new Set(['solid']));
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(7);
    await page.close();
  });

  it('keeps the colours of bars and intervals where the system forces its colours', async () => {
    const page = await open({ forcedColors: 'active' });
    const colours = await page.evaluate(() =>
      [...document.querySelectorAll('.bar-levels i, .track i')].map((e) => getComputedStyle(e).backgroundColor),
    );
    expect(colours.length).toBeGreaterThan(0);
    expect(new Set(colours).size).toBeGreaterThan(1);
    await page.close();
  });

  it('is filtered and searched by keyboard, and says how many images remain', async () => {
    const page = await open({ colorScheme: 'light' });
    const shown = page.locator('#shown');
    expect(await shown.textContent()).toBe('3 images');
    await page.locator('#search').focus();
    await page.keyboard.type('broken');
    expect(await shown.textContent()).toBe('1 of 3 images');
    expect(await page.locator('.images > li:visible').count()).toBe(1);
    await page.locator('[data-filter=unknown]').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('[data-filter=unknown]').getAttribute('aria-pressed')).toBe('true');
    await page.close();
  });
});
