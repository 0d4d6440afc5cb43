// The four themes in which the editor is looked at, and how a host changes to one.
import fs from 'node:fs';
import path from 'node:path';

export const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  contrast: 'Default High Contrast',
  'contrast-light': 'Default High Contrast Light',
};

/** Changes the user settings of a host of `startServer`; a page takes them up when it is loaded again. */
export function setSettings(server, changes) {
  const file = path.join(server.dir, 'user/User/settings.json');
  const settings = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...settings, ...changes }));
}
