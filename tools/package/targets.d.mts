export type Target = 'linux-x64' | 'linux-arm64' | 'win32-x64' | 'win32-arm64' | 'darwin-arm64';
export const targets: Readonly<
  Record<Target, { readonly os: string; readonly cpu: string; readonly sharp: readonly string[] }>
>;
export function thisTarget(): string;
