// The preview: panel, contrast, layers, quantities, keys, narrow editors, stacks, refused files.

/** Opens a file by its name and waits until the preview shows a picture, or says why it cannot. */
async function open({ page, frame, until, command }, name) {
  const file = name.split(/[\\/]/).at(-1);
  await command('Go to File...');
  const input = page.locator('.quick-input-widget input');
  await until('the list of files', async () => (await input.inputValue()) === '');
  await input.fill(file);
  await page.locator('.quick-input-list .monaco-list-row[data-index="0"]', { hasText: file }).waitFor();
  await page.keyboard.press('Enter');
  const shown = page.locator('.tab.active', { hasText: file });
  await shown.waitFor();
  await until(`the preview of ${name}`, async () => {
    const body = await frame
      .locator('body')
      .getAttribute('data-name', { timeout: 2000 })
      .catch(() => null);
    const refused = await frame
      .locator('#notice')
      .isVisible()
      .catch(() => false);
    return refused || body === file;
  });
  await page.waitForTimeout(800);
}

const badge = ({ frame }) => frame.locator('#badge[data-f1]').waitFor({ timeout: 120_000 });
const stageKey = ({ frame }, key) => frame.locator('#stage').press(key);
/** Scrolls the side panel alone: scrollIntoView would move the frames around it as well. */
const scrollTo = ({ frame }, id) =>
  frame.locator(id).evaluate((element) => {
    const panel = element.closest('aside');
    panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - 8;
  });

export const preview = {
  async preview(t) {
    await open(t, t.files.pictures.at(0));
    await badge(t);
    await t.page.waitForTimeout(1500);
  },
  async 'preview-why'(t) {
    await scrollTo(t, '#why');
  },
  async 'preview-features'(t) {
    await t.frame.locator('#why summary').click();
    await scrollTo(t, '#why');
  },
  async 'preview-quantities'(t) {
    const thickness = t.frame.getByLabel('Foil thickness in nm');
    await thickness.fill('100');
    await thickness.press('Tab');
    await t.page.waitForTimeout(2500);
    await scrollTo(t, '#quantities');
  },
  async 'preview-facts'(t) {
    await t.frame.locator('#facts summary').click();
    await scrollTo(t, '#facts');
  },
  async 'preview-layers'(t) {
    for (const key of ['b', 'm', 'c', 'j']) await stageKey(t, key);
    await scrollTo(t, '#badge');
  },
  async 'preview-contrast'(t) {
    for (const key of ['b', 'm', 'c', 'w', '1']) await stageKey(t, key);
    await t.page.waitForTimeout(800);
    const box = await t.frame.locator('#stage').boundingBox();
    await t.page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
  },
  async 'preview-keys'(t) {
    for (const key of ['w', '0']) await stageKey(t, key);
    await stageKey(t, '?');
  },
  async 'preview-collapsed'(t) {
    await t.page.keyboard.press('Escape');
    await stageKey(t, 'p');
    await t.page.waitForTimeout(500);
  },
  async 'preview-narrow'(t) {
    await stageKey(t, 'p');
    await t.page.setViewportSize({ width: 860, height: 900 });
    await t.page.waitForTimeout(800);
  },
  async 'preview-truth'(t) {
    await t.page.setViewportSize({ width: 1400, height: 900 });
    if (!t.files.labelled) return 'no labels beside the images';
    await open(t, t.files.labelled);
    await badge(t);
    await t.page.waitForTimeout(1500);
  },
  async 'preview-stack'(t) {
    if (!t.files.stack) return 'no file has several frames';
    await open(t, t.files.stack);
    await t.page.waitForTimeout(2500);
    const frames = t.frame.locator('.frames input');
    await frames.fill('2');
    await frames.press('Enter');
    await t.page.waitForTimeout(2500);
  },
  async 'preview-uneven'(t) {
    if (!t.files.uneven) return 'no file has pixels of two sizes';
    await open(t, t.files.uneven);
    await t.page.waitForTimeout(2500);
    const box = await t.frame.locator('#stage').boundingBox();
    await t.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  },
  async 'preview-refused'(t) {
    if (!t.files.refused) return 'no file is refused';
    await open(t, t.files.refused);
    await t.page.waitForTimeout(1500);
  },
};
