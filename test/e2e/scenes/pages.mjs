// Pages in the editor: report, model card, walkthrough, settings.
import { webview } from '../journeys/workbench.mjs';

export const pages = {
  async report({ page, command, until }) {
    await command('View: Close All Editors');
    await command('TEM Gauge: Save Report');
    const input = page.locator('.quick-input-widget input');
    await until('the name of the report', async () => (await input.inputValue()).endsWith('.html'));
    await page.keyboard.press('Enter');
    const overwrite = page.locator('.monaco-dialog-box').getByRole('button', { name: /Replace|Overwrite/ });
    const note = page.locator('.notification-list-item:visible', { hasText: 'saved' }).first();
    const open = note.getByRole('button', { name: 'Open', exact: true });
    await until('the report', async () => {
      if (await overwrite.isVisible().catch(() => false)) await overwrite.click();
      if (await open.isVisible().catch(() => false)) return true;
      await command('Notifications: Show Notifications');
      return open.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    });
    await open.click();
    await webview(page).locator('h1').first().waitFor();
    await page.waitForTimeout(1000);
  },
  async 'report-images'({ page }) {
    await webview(page)
      .locator('.images')
      .evaluate((e) => e.scrollIntoView());
    await page.waitForTimeout(500);
  },
  async card({ page, command }) {
    await command('TEM Gauge: Show Model Card');
    await page.locator('.tab.active', { hasText: /Preview .*\.md/ }).waitFor();
    await page.waitForTimeout(2500);
  },
  async walkthrough({ page, command }) {
    await command('View: Close All Editors');
    await command('Welcome: Open Walkthrough');
    const entry = page.locator('.quick-input-list .monaco-list-row', { hasText: 'TEM Gauge' }).first();
    await entry.waitFor();
    await entry.click();
    await page.locator('.getting-started-step').first().waitFor();
    await page.waitForTimeout(1500);
  },
  async settings({ page, command }) {
    await command('View: Close All Editors');
    await command('Preferences: Open Settings (UI)');
    await page.locator('.settings-editor').waitFor();
    await page.keyboard.type('temGauge');
    await page.locator('.settings-tree-container .setting-item').first().waitFor();
    await page.waitForTimeout(2500);
  },
};
