// The side bar and the panel: context menu, tree of results, Quantities, Problems.
import { contextMenu } from '../journeys/workbench.mjs';

const rows = (page) => page.locator('.sidebar .monaco-list-row[aria-level]');

export const views = {
  async 'context-menu'({ page }) {
    const row = page.locator('.explorer-folders-view .monaco-list-row').first();
    const entry = await contextMenu(page, row, 'TEM Gauge');
    await entry.hover();
    await page.getByText('Train Reliability Model…').last().waitFor();
  },
  async tree({ page, command, until }) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await command('View: Show TEM Gauge');
    await command('TEM Gauge: Group by Level');
    await command('TEM Gauge: Audit Workspace');
    await until('the audit', async () => (await page.getByText(/^\d+ images: |\. \d+ images: /).count()) > 0, 600_000);
  },
  async 'tree-folders'({ page, command }) {
    await command('TEM Gauge: Group by Folder');
    await rows(page).first().hover();
    await page.waitForTimeout(1500);
  },
  async 'quantities-view'({ page, command, until }) {
    await command('TEM Gauge: Group by Level');
    await command('TEM Gauge: Set Foil Thickness');
    const input = page.locator('.quick-input-widget input');
    await page.locator('.quick-input-title', { hasText: 'Foil thickness' }).waitFor();
    await input.fill('100');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-title', { hasText: 'Uncertainty' }).waitFor();
    await input.fill('20');
    await page.keyboard.press('Enter');
    // The view on its own: the tree above it would take half of the height.
    const tree = page.locator('.pane-header', { hasText: 'F1 Audit' });
    if ((await tree.getAttribute('aria-expanded')) === 'true') await tree.click();
    await command('TEM Gauge: Focus on Quantities View');
    await until('rows of quantities', async () => (await rows(page).filter({ hasText: 'Swelling' }).count()) > 0);
  },
  async 'quantities-rows'({ page }) {
    const all = page.locator('.sidebar .monaco-list-row', { hasText: 'Reliable images' }).first();
    if ((await all.count()) === 0) return 'no image is reliable';
    await all.click();
    await page.waitForTimeout(1500);
    await rows(page).filter({ hasText: 'Swelling' }).first().hover();
    await page.waitForTimeout(1500);
  },
  async problems({ page, command }) {
    const tree = page.locator('.pane-header', { hasText: 'F1 Audit' });
    if ((await tree.getAttribute('aria-expanded')) !== 'true') await tree.click();
    await command('Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row').first().waitFor();
  },
  async filter({ page, command }) {
    await command('View: Hide Panel');
    await command('TEM Gauge: Filter Results');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'unreliable' }).waitFor();
  },
};
