// node test/e2e/screenshots.mjs [--images DIR] [--out DIR] [--theme NAME] [--scene TEXT]: pictures of the real editor.
// DIR with its folders is copied, so that nothing is written beside the images; without it the bundled samples are shown.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostProblem, prepareHost } from '../host/prepareHost.mjs';
import { setSettings, themes } from './journeys/themes.mjs';
import { scenes } from './scenes/scenes.mjs';
import { command, until, webview } from './journeys/workbench.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: path.join(root, 'media/samples') },
    out: { type: 'string', default: path.join(root, 'out/screenshots') },
    theme: { type: 'string' },
    scene: { type: 'string', default: '' },
  },
});
const problem = hostProblem();
if (problem) throw new Error(problem);
process.env.CODE_SERVER_HOME = prepareHost();
const { startServer, startBrowser, url } = await import('../host/host.mjs');

const folder = path.join(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'))), 'micrographs');
fs.cpSync(options.images, folder, { recursive: true });
// Copies of read-only files cannot be deleted.
for (const name of ['', ...fs.readdirSync(folder, { recursive: true })]) fs.chmodSync(path.join(folder, name), 0o755);
fs.mkdirSync(options.out, { recursive: true });

const server = await startServer({ settings: { 'workbench.editorAssociations': { '*.png': 'temGauge.previewOption', '*.jpg': 'temGauge.previewOption' } } }); // prettier-ignore
const files = describeFiles();
let context;
let failed = 0;
try {
  context = await startBrowser(server.dir);
  for (const [name, id] of Object.entries(themes)) {
    if (options.theme && options.theme !== name) continue;
    setSettings(server, { 'workbench.colorTheme': id });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(url(server, folder, [['extensionDevelopmentPath', `vscode-remote://${server.host}${root}`]]));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    const shoot = (scene) => page.screenshot({ path: path.join(options.out, `${name}-${scene}.png`) });
    const tools = { page, folder, root, files, frame: webview(page), command: (text) => command(page, text), until, shoot }; // prettier-ignore
    for (const [scene, play] of scenes) {
      if (scene !== 'tree' && !scene.includes(options.scene)) continue;
      try {
        const missing = await play(tools);
        if (missing) console.log(`- ${name} ${scene}: ${missing}`);
        else await shoot(scene);
      } catch (error) {
        failed++;
        console.error(`✗ ${name} ${scene}: ${error.message}`);
        await shoot(`${scene}-failed`);
      }
    }
    await page.close();
  }
} finally {
  await context?.close();
  await server.stop();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

/** What there is to show: a picture, a stack, pixels of two sizes, a refused file. */
function describeFiles() {
  const names = fs.readdirSync(folder, { recursive: true }).map(String).sort();
  const images = names.filter((n) => /\.(png|jpe?g|tiff?|dm[34]|mrcs?|st|ser|emd)$/i.test(n));
  const facts = images.map((name) => ({ name, ...info(path.join(folder, name)) }));
  const pictures = facts.filter((f) => Math.min(f.width ?? 0, f.height ?? 0) >= 256);
  return {
    pictures: pictures.map((f) => f.name),
    stack: pictures.find((f) => f.frames > 1)?.name,
    uneven: facts.find((f) => f.nmPerPixelY !== undefined && f.frames === 1)?.name,
    refused: facts.find((f) => f.outcome !== undefined && f.outcome !== 'estimated')?.name,
    labelled: pictures.find((f) => labelledNames(names).has(path.basename(f.name)) && f.name.includes('/'))?.name,
  };
}

/** Names of the pictures that COCO files list. */
function labelledNames(names) {
  const files = names.filter((n) => n.endsWith('.coco.json'));
  const images = files.flatMap((n) => JSON.parse(fs.readFileSync(path.join(folder, n), 'utf8')).images);
  return new Set(images.map((i) => path.basename(i.file_name)));
}

function info(file) {
  try {
    return JSON.parse(execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'info', file, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] })); // prettier-ignore
  } catch (error) {
    return JSON.parse(String(error.stdout) || '{}');
  }
}
