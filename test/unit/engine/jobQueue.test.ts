import { expect, it } from 'vitest';
import { JobQueue } from '../../../server/src/engine/jobQueue';

it('runs one job at a time, interactive before batch, and never begins an aborted one', async () => {
  const queue = new JobQueue();
  const order: string[] = [];
  let running = 0;
  const job = (name: string) => async () => {
    expect(++running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    order.push(name);
    running--;
  };
  const controller = new AbortController();
  const jobs = [
    queue.add('batch', job('first')),
    queue.add('batch', job('second')),
    queue.add('interactive', job('urgent')),
  ];
  const aborted = queue.add('batch', job('never'), controller.signal);
  controller.abort();
  await expect(aborted).rejects.toThrow();
  await Promise.all(jobs);
  expect(order).toEqual(['first', 'urgent', 'second']);
});

it('continues after a failed job', async () => {
  const queue = new JobQueue();
  await expect(queue.add('batch', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
  await expect(queue.add('batch', () => Promise.resolve(7))).resolves.toBe(7);
});
