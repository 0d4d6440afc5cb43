/** Oldest Node.js that runs the bundles; equal to `engines.node` of package.json. */
const oldest = [20, 15];

/**
 * Why this Node.js cannot run TEM Gauge, in one sentence; null if it can. Node.js 12 compiles it, so that it can be asked
 * before the other bundles are read: those contain newer syntax.
 * @param version process.versions.node, e.g. `18.20.8`
 */
export function nodeProblem(version: string): string | null {
  const [major, minor] = version.split('.').map(Number);
  if (major! > oldest[0]! || (major === oldest[0] && minor! >= oldest[1]!)) return null;
  return `TEM Gauge needs Node.js ${oldest.join('.')} or newer, and this is Node.js ${version}: install a newer one from nodejs.org.`;
}
