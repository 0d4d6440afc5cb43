// Platforms with a separate extension file, with the native packages of each.

/** Names as `vsce --target` and the Marketplace use them. */
export const targets = {
  'linux-x64': { os: 'linux', cpu: 'x64', sharp: ['@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64'] },
  'linux-arm64': { os: 'linux', cpu: 'arm64', sharp: ['@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64'] },
  'win32-x64': { os: 'win32', cpu: 'x64', sharp: ['@img/sharp-win32-x64'] },
  'win32-arm64': { os: 'win32', cpu: 'arm64', sharp: ['@img/sharp-win32-arm64'] },
  'darwin-arm64': {
    os: 'darwin',
    cpu: 'arm64',
    sharp: ['@img/sharp-darwin-arm64', '@img/sharp-libvips-darwin-arm64'],
  },
};

export const thisTarget = () => `${process.platform}-${process.arch}`;
