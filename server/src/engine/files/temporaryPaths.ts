import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Unfinished files and folders of this process. */
const unfinished = new Set<string>();
/** Marks names of this machine: in a shared folder, processes of other machines have the same numbers. */
const machine = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 6);
const cleaned = new Set<string>();
let count = 0;
let watching = false;

/** A name beside `target` for its unfinished content: `.tmp` at the end, with the process in it. */
export const temporaryName = (target: string): string => `${target}.${machine}-${process.pid}.${count++}.tmp`;

/**
 * Runs `write` with the path of an unfinished file or folder. It is deleted when `write` fails or the process ends by
 * `process.exit`; on success `write` has moved or deleted it.
 * @throws the error of `write`
 */
export async function withTemporary<T>(temporary: string, write: (temporary: string) => Promise<T>): Promise<T> {
  if (!watching) process.once('exit', removeUnfinished);
  watching = true;
  unfinished.add(temporary);
  try {
    return await write(temporary);
  } catch (error) {
    await fs.promises.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
}

/** Synchronous, since nothing else runs while a process ends. */
function removeUnfinished(): void {
  for (const temporary of unfinished)
    try {
      fs.rmSync(temporary, { recursive: true, force: true });
    } catch {
      // A full or vanished disk: nothing more can be done.
    }
}

/**
 * Deletes what processes of this machine that were killed left unfinished in a folder; once per folder and process. Never
 * throws.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  for (const name of await fs.promises.readdir(folder).catch(() => [])) {
    const [, host, pid] = /\.([0-9a-f]{6})-(\d+)\.\d+\.tmp$/.exec(name) ?? [];
    if (host === machine && !isRunning(Number(pid)))
      await fs.promises.rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: a process of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
