import { expect, it } from 'vitest';
import { pageSize, PagedTree, type ResultNode, type ResultSource } from '../../../client/src/results/pagedTree';
import type { AuditedDto } from '../../../server/src/protocol/types';

/** Groups of given sizes; counts what is asked for. */
function sourceOf(sizes: Record<string, number>): ResultSource & { most: number } {
  const row = (group: string, i: number) => ({ uri: `${group}/${i}` }) as AuditedDto;
  return {
    most: 0,
    groups: (start, count) =>
      Promise.resolve({
        groups: Object.entries(sizes)
          .map(([key, images]) => ({ key, images }))
          .slice(start, start + count),
        total: Object.keys(sizes).length,
      }),
    rows(group, start, count) {
      this.most = Math.max(this.most, count);
      const total = sizes[group] ?? 0;
      const rows = Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) => row(group, start + i));
      return Promise.resolve({ rows, total });
    },
  };
}
const last = (nodes: ResultNode[]) => nodes.at(-1)!;

it('shows a page of each list, and the next one when asked', async () => {
  const source = sourceOf({ unreliable: 1_000_000, review: pageSize, unknown: 3 });
  const tree = new PagedTree(source, 'level');
  const groups = await tree.children();
  expect(groups).toMatchObject([
    { kind: 'group', key: 'unreliable', level: 'unreliable', images: 1_000_000 },
    { kind: 'group', key: 'review', level: 'review' },
    { kind: 'group', key: 'unknown', level: 'unknown' },
  ]);
  const first = await tree.children(groups[0]);
  expect(first).toHaveLength(pageSize + 1);
  expect(last(first)).toEqual({ kind: 'more', group: 'unreliable', shown: pageSize, total: 1_000_000 });
  expect(await tree.children(groups[1])).toHaveLength(pageSize);
  expect(await tree.children(groups[2])).toHaveLength(3);
  const more = last(first);
  if (more.kind !== 'more') throw new Error('There is no more.');
  for (let i = 0; i < 7; i++) tree.more(more);
  const grown = await tree.children(groups[0]);
  expect(last(grown)).toMatchObject({ kind: 'more', shown: 8 * pageSize });
  expect(grown.slice(0, -1).map((n) => n.kind === 'image' && n.result.uri)).toEqual(
    Array.from({ length: 8 * pageSize }, (_, i) => `unreliable/${i}`),
  );
  expect(source.most).toBeLessThanOrEqual(1000);
  // Other lists keep their length.
  expect(await tree.children(groups[1])).toHaveLength(pageSize);
});

it('pages folders too, and a list without groups', async () => {
  const folders = Object.fromEntries(Array.from({ length: pageSize + 50 }, (_, i) => [`folder ${i}`, 1]));
  const tree = new PagedTree(sourceOf(folders), 'folder');
  const first = await tree.children();
  expect(last(first)).toMatchObject({ kind: 'more', group: null, total: pageSize + 50 });
  expect(first[0]).toMatchObject({ kind: 'group', level: null });
  const more = last(first);
  if (more.kind === 'more') tree.more(more);
  expect(await tree.children()).toHaveLength(pageSize + 50);
  const flat = new PagedTree(sourceOf({ '': pageSize + 1 }), 'none');
  expect(last(await flat.children())).toMatchObject({ kind: 'more', shown: pageSize, total: pageSize + 1 });
});
