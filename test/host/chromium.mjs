import fs from 'node:fs';

/** Path of an installed Chromium or Chrome; CHROMIUM names another one. Null where there is none. */
export const chromiumPath =
  [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (p) => p && fs.existsSync(p),
  ) ?? null;
