import fs from 'node:fs';
import { expect, it } from 'vitest';
import { startupFacts } from '../../../../server/src/engine/startup/startupFacts';
import { startupProblem, type StartupFacts } from '../../../../server/src/engine/startup/startupProblem';

const fine: StartupFacts = {
  node: '20.15.0',
  platform: 'linux',
  arch: 'x64',
  glibc: '2.28',
  cpuFlags: ['sse2', 'ssse3', 'sse4_1', 'sse4_2', 'popcnt'],
  hasVcRuntime: null,
  faults: [],
  loadError: () => null,
};
const windows: StartupFacts = { ...fine, platform: 'win32', glibc: null, cpuFlags: null, hasVcRuntime: true };

it.each([
  fine,
  { ...fine, node: '20.15.1' },
  { ...fine, node: '22.0.0' },
  { ...fine, glibc: '3.0' },
  { ...fine, cpuFlags: null },
  { ...fine, arch: 'arm64', cpuFlags: ['asimd'] },
  windows,
  { ...windows, platform: 'darwin', arch: 'arm64', hasVcRuntime: null },
])('finds nothing wrong with %o', (facts) => {
  expect(startupProblem(facts)).toBeNull();
});

it.each([
  [
    { ...fine, arch: 'riscv64' },
    'TEM Gauge cannot run on linux-riscv64: there are native libraries for Linux and Windows',
  ],
  [{ ...windows, platform: 'darwin', arch: 'x64' }, 'TEM Gauge cannot run on darwin-x64'],
  [{ ...fine, platform: 'freebsd' }, 'TEM Gauge cannot run on freebsd-x64'],
  [{ ...fine, node: '18.20.8' }, 'TEM Gauge needs Node.js 20.15 or newer, and this is Node.js 18.20.8: install'],
  [{ ...fine, node: '20.9.0' }, 'TEM Gauge needs Node.js 20.15 or newer'],
  [{ ...fine, glibc: '2.17' }, 'This Linux has glibc 2.17: the native libraries need glibc 2.28 or newer'],
  [{ ...fine, glibc: '2.9' }, 'This Linux has glibc 2.9'],
  [{ ...fine, glibc: null }, 'This Linux does not use glibc'],
  [
    { ...fine, cpuFlags: ['sse2', 'ssse3'] },
    'This processor lacks SSE4.1, SSE4.2, POPCNT, which the image library needs',
  ],
  [{ ...windows, hasVcRuntime: false }, 'The Microsoft Visual C++ runtime is missing: install'],
  [
    { ...fine, faults: ['The installation lacks a.node'] },
    'The installation lacks a.node: install the package for linux-x64.',
  ],
  [
    { ...fine, loadError: () => 'cannot open\nstack' },
    'The image library cannot be loaded (cannot open): install the package',
  ],
])('names the problem of %o', (facts, start) => {
  const sentence = startupProblem(facts)!;
  expect(sentence.startsWith(start)).toBe(true);
  expect(sentence).toMatch(/\.$/);
  expect(sentence).not.toContain('\n');
});

it('finds nothing wrong with this machine', () => {
  const facts = startupFacts();
  expect(facts).toMatchObject({ platform: process.platform, arch: process.arch, faults: [] });
  expect(facts.loadError()).toBeNull();
  expect(startupProblem(facts)).toBeNull();
});

it('asks for the version of Node.js that package.json names', () => {
  const { engines } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const oldest = /^>=(\d+\.\d+)\.0$/.exec(engines.node)![1]!;
  expect(startupProblem({ ...fine, node: '12.22.12' })).toContain(`Node.js ${oldest} or newer`);
  expect(startupProblem({ ...fine, node: `${oldest}.0` })).toBeNull();
});
