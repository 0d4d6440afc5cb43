import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installationFaults } from './installation';
import type { StartupFacts } from './startupProblem';

/** Facts of this machine and this installation; takes a few milliseconds. Never throws. */
export function startupFacts(): StartupFacts {
  const { platform, arch } = process;
  const load = createRequire(__filename);
  return {
    node: process.versions.node,
    platform,
    arch,
    glibc: platform === 'linux' ? glibcVersion() : null,
    cpuFlags: platform === 'linux' ? cpuFlags() : null,
    hasVcRuntime: platform === 'win32' ? hasVcRuntime() : null,
    faults: installationFaults(load, platform, arch),
    loadError: () => errorOf(() => load('sharp')),
  };
}

function glibcVersion(): string | null {
  // Without this, the report looks up the names of all network interfaces' peers.
  (process.report as { excludeNetwork?: boolean }).excludeNetwork = true;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime ?? null;
}

function cpuFlags(): string[] | null {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(fs.readFileSync('/proc/cpuinfo', 'utf8'));
    return flags ? flags[1]!.trim().split(/\s+/) : null;
  } catch {
    return null;
  }
}

const hasVcRuntime = (): boolean =>
  ['vcruntime140.dll', 'msvcp140.dll'].every((dll) =>
    fs.existsSync(path.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', dll)),
  );

function errorOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
