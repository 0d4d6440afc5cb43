import { printable } from '../../core/text/printable';
import { nodeProblem } from './nodeProblem';

/** What decides whether the native libraries can be loaded here. */
export interface StartupFacts {
  /** process.versions.node, e.g. `22.1.0` */
  readonly node: string;
  /** process.platform */
  readonly platform: string;
  /** process.arch */
  readonly arch: string;
  /** Version of glibc, e.g. `2.36`; null on other systems and where Linux uses another C library. */
  readonly glibc: string | null;
  /** Instruction sets of /proc/cpuinfo; null where that cannot be read. */
  readonly cpuFlags: readonly string[] | null;
  /** Whether Windows has the Visual C++ runtime; null on other systems. */
  readonly hasVcRuntime: boolean | null;
  /** What is missing or damaged in the installation, as sentences without full stop. */
  readonly faults: readonly string[];
  /** Loads the image library and returns why that failed; null if it did not. Called last: on a wrong machine it would end the process. */
  readonly loadError: () => string | null;
}

const platforms: Readonly<Record<string, readonly string[]>> = {
  linux: ['x64', 'arm64'],
  win32: ['x64', 'arm64'],
  darwin: ['arm64'],
};

/** Oldest glibc that onnxruntime and sharp's prebuilt libraries were linked with. */
const minGlibc = [2, 28] as const;
/** Part of x86-64-v2, which sharp's library for Linux is compiled for. */
const neededFlags = ['ssse3', 'sse4_1', 'sse4_2', 'popcnt'];

/**
 * Why TEM Gauge cannot run here and what to do, in one sentence; null if it can run.
 * Sources: the `glibc` field of @img/sharp-libvips-linux-x64, the check of sharp's loader, onnxruntime's requirements.
 */
export function startupProblem(f: StartupFacts): string | null {
  const oldNode = nodeProblem(f.node);
  if (oldNode) return oldNode;
  const target = `${f.platform}-${f.arch}`;
  if (!platforms[f.platform]?.includes(f.arch))
    return `TEM Gauge cannot run on ${target}: there are native libraries for Linux and Windows on x64 and arm64, and for macOS on arm64.`;
  if (f.platform === 'linux') {
    const needs = `the native libraries need glibc ${minGlibc.join('.')} or newer, as in Debian 10, Ubuntu 20.04 and RHEL 8`;
    if (f.glibc === null) return `This Linux does not use glibc: ${needs}.`;
    if (isOlder(f.glibc)) return `This Linux has glibc ${f.glibc}: ${needs}.`;
  }
  const lacking =
    f.platform === 'linux' && f.arch === 'x64' && f.cpuFlags
      ? neededFlags.filter((flag) => !f.cpuFlags!.includes(flag))
      : [];
  if (lacking.length)
    return `This processor lacks ${lacking.join(', ').toUpperCase().replace(/_/g, '.')}, which the image library needs (x86-64-v2); in a virtual machine, choose a newer processor type.`;
  if (f.hasVcRuntime === false)
    return 'The Microsoft Visual C++ runtime is missing: install "Visual C++ Redistributable 2015–2022" from Microsoft, then start again.';
  if (f.faults.length) return `${printable(f.faults[0]!)}: install the package for ${target}.`;
  const loadError = f.loadError();
  if (loadError !== null)
    return `The image library cannot be loaded (${printable(loadError.split('\n')[0]!.slice(0, 200))}): install the package for ${target} again.`;
  return null;
}

function isOlder(glibc: string): boolean {
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  return major < minGlibc[0] || (major === minGlibc[0] && minor < minGlibc[1]);
}
