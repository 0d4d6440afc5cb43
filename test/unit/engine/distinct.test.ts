import { expect, it } from 'vitest';
import { distinct } from '../../../server/src/engine/distinct';

it('passes each message on once, and says once that there are more than twenty', () => {
  const said: string[] = [];
  const warn = distinct((m) => said.push(m));
  for (let round = 0; round < 3; round++) for (let i = 0; i < 25; i++) warn(`Line ${i}`);
  expect(said).toEqual([
    ...Array.from({ length: 20 }, (_, i) => `Line ${i}`),
    'Further warnings of this kind are not shown.',
  ]);
});
