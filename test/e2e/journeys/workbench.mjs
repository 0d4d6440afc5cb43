// What journeys do in the workbench.
import assert from 'node:assert';

/** Right-clicks until a contributed entry is in the menu: rows of the Explorer appear before menus are registered. */
export async function contextMenu(page, row, text) {
  const menu = page.locator('.context-view .monaco-menu').last();
  const entry = menu.getByText(text, { exact: true });
  for (const end = Date.now() + 60_000; ;) {
    await row.click({ button: 'right' });
    await menu.waitFor();
    if (
      await entry.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      )
    )
      return entry;
    assert.ok(Date.now() < end, `the context menu never showed "${text}"`);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
  }
}

/** Runs a command from the palette, once it is registered there. */
export async function command(page, title) {
  // Enter takes the first row; until the search is done, this may be another command with similar words.
  const row = page.locator('.quick-input-list .monaco-list-row[data-index="0"]', { hasText: title });
  for (const end = Date.now() + 60_000; ;) {
    await page.keyboard.press('F1');
    await page.keyboard.type(title);
    if (
      await row.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      )
    )
      break;
    assert.ok(Date.now() < end, `the palette never showed "${title}"`);
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Enter');
}

/** The document inside the visible webview. */
export const webview = (page) =>
  page.frameLocator('iframe.webview.ready:visible').first().frameLocator('#active-frame');

/** Waits until a probe gives a truthy value. */
export async function until(what, probe, timeout = 60_000, pause = 200) {
  for (const end = Date.now() + timeout; ;) {
    const value = await probe();
    if (value) return value;
    assert.ok(Date.now() < end, `${what}: nothing after ${timeout / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * Reloads the page once the workbench has stored which editors and views are open, and the state of webviews. It does so
 * every five seconds and when a page is left, in the background; a page that is replaced at once may lose the latter.
 */
export async function reload(page) {
  await page.waitForTimeout(6000);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await page.waitForTimeout(1500);
  await page.reload();
}
