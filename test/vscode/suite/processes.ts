import assert from 'node:assert';
import { execFileSync } from 'node:child_process';

/** Process ids of the children of a process whose command line contains a text. */
function children(parent: number, text: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, ...args]) => Number(ppid) === parent && args.join(' ').includes(text))
    .map(([pid]) => Number(pid));
}

/** The server is a child of the extension host, this process. */
export function serverPid(): number {
  const [pid] = children(process.pid, 'dist/server.js');
  assert.ok(pid, 'the server runs');
  return pid;
}

/** The network's process, a child of the server; undefined before the first detection. */
export const networkPid = (): number | undefined => children(serverPid(), 'detector-worker.js')[0];
