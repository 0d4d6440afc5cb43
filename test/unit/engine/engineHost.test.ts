import { expect, it } from 'vitest';
import { EngineHost } from '../../../server/src/engine/engineHost';
import type { Engine, EngineOptions } from '../../../server/src/engine/engine.types';

/** Engines that record their names and when they are disposed. */
function recorder() {
  const events: string[] = [];
  const create = (options: EngineOptions) => {
    const name = options.modelPath ?? '';
    events.push(`made ${name}`);
    if (name === 'wrong') return Promise.reject(new Error('There is no model.'));
    const engine = {
      model: { detector: name, forest: null },
      dispose: () => {
        events.push(`disposed ${name}`);
        return Promise.resolve();
      },
    };
    return Promise.resolve(engine as unknown as Engine);
  };
  return { events, create };
}

const gate = () => {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

it('disposes a replaced engine after its last user and gives new users the new one', async () => {
  const { events, create } = recorder();
  const host = new EngineHost({ modelPath: 'a' }, create);
  const [first, second] = [gate(), gate()];
  const work = (g: { opened: Promise<void> }) =>
    host.use(async (engine) => {
      await g.opened;
      events.push(`used ${engine.model.detector}`);
    });
  const uses = [work(first), work(second)];
  await host.use(() => Promise.resolve());
  host.replace({ modelPath: 'b' });
  expect(await host.use((engine) => Promise.resolve(engine.model.detector))).toBe('b');
  first.open();
  await uses[0];
  expect(events).toEqual(['made a', 'made b', 'used a']);
  second.open();
  await uses[1];
  expect(events).toEqual(['made a', 'made b', 'used a', 'used a', 'disposed a']);
  await host.dispose();
  expect(events.at(-1)).toBe('disposed b');
});

it('disposes an unused engine at once when it is replaced', async () => {
  const { events, create } = recorder();
  const host = new EngineHost({ modelPath: 'a' }, create);
  await host.use(() => Promise.resolve());
  host.replace({ modelPath: 'b' });
  await expect.poll(() => events).toEqual(['made a', 'disposed a']);
});

it('tries again after a failure to create the engine', async () => {
  const { events, create } = recorder();
  const host = new EngineHost({ modelPath: 'wrong' }, create);
  await expect(host.use(() => Promise.resolve())).rejects.toThrow('There is no model.');
  await expect(host.use(() => Promise.resolve())).rejects.toThrow('There is no model.');
  expect(await host.current).toBeNull();
  host.replace({ modelPath: 'a' });
  await host.use(() => Promise.resolve());
  expect(events).toEqual(['made wrong', 'made wrong', 'made a']);
});

it('refuses work after dispose with an AbortError', async () => {
  const { create } = recorder();
  const host = new EngineHost({ modelPath: 'a' }, create);
  await host.dispose();
  await expect(host.use(() => Promise.resolve())).rejects.toMatchObject({ name: 'AbortError' });
});
