import { describe, expect, it } from 'vitest';
import { Gate } from '../../../server/src/lsp/gate';
import { SharedWork } from '../../../server/src/lsp/sharedWork';

const never = new AbortController().signal;
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((ok, no) => ([resolve, reject] = [ok, no]));
  return { promise, resolve, reject };
}
const ticks = () => new Promise((resolve) => setTimeout(resolve));

describe('Gate', () => {
  it('runs at most its limit at a time, in order, and goes on after a failure', async () => {
    const gate = new Gate(2);
    const works = Array.from({ length: 5 }, () => deferred<number>());
    const begun: number[] = [];
    const results = works.map((w, i) => gate.run(never, () => (begun.push(i), w.promise)));
    await ticks();
    expect(begun).toEqual([0, 1]);
    works[1]!.reject(new Error('broken'));
    await expect(results[1]).rejects.toThrow('broken');
    await ticks();
    expect(begun).toEqual([0, 1, 2]);
    for (const [i, w] of works.entries()) w.resolve(i);
    expect(await Promise.all(results.filter((_, i) => i !== 1))).toEqual([0, 2, 3, 4]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('a task that is cancelled while it waits never begins and frees its place', async () => {
    const gate = new Gate(1);
    const first = deferred<void>();
    const running = gate.run(never, () => first.promise);
    const controller = new AbortController();
    let begun = false;
    const waiting = gate.run(controller.signal, async () => void (begun = true));
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    first.resolve();
    await running;
    expect(await gate.run(never, () => Promise.resolve('next'))).toBe('next');
    expect(begun).toBe(false);
  });
});

describe('SharedWork', () => {
  it('is cancelled when its last user has left, not before', async () => {
    const shared = new SharedWork<string>();
    const result = deferred<string>();
    let cancelled = false;
    const start = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => (cancelled = true));
      return result.promise;
    };
    const [a, b] = [new AbortController(), new AbortController()];
    const [first, second] = [shared.join('k', a.signal, start), shared.join('k', b.signal, start)];
    a.abort();
    await expect(first).rejects.toThrow(/abort/i);
    expect(cancelled).toBe(false);
    b.abort();
    await expect(second).rejects.toThrow(/abort/i);
    expect(cancelled).toBe(true);
    result.reject(new Error('late failures have no effect'));
    const again = deferred<string>();
    again.resolve('new');
    expect(await shared.join('k', never, () => again.promise)).toBe('new');
  });

  it('gives all users one result or one failure, and begins again afterwards', async () => {
    const shared = new SharedWork<number>();
    let begun = 0;
    const start = async () => ++begun;
    expect(await Promise.all([1, 2, 3].map(() => shared.join('k', never, start)))).toEqual([1, 1, 1]);
    expect(await shared.join('k', never, start)).toBe(2);
    const fail = () => Promise.reject(new Error('no'));
    const both = await Promise.allSettled([shared.join('k', never, fail), shared.join('k', never, fail)]);
    expect(both.map((s) => s.status)).toEqual(['rejected', 'rejected']);
  });
});
