import { describe, expect, it } from 'vitest';
import { buildTree, noFilter, type TreeNode } from '../../../client/src/audit/treeModel';
import { countLevels, countVerdicts } from '../../../server/src/protocol/levels';
import type { AuditedDto } from '../../../server/src/protocol/types';

const row = (
  uri: string,
  f1: number | null,
  reliability: AuditedDto['reliability'],
  outcome: AuditedDto['outcome'] = 'estimated',
) =>
  ({
    uri,
    imageKey: uri,
    f1,
    reliability,
    outcome,
    interval: null,
    reasons: [],
    detectionCount: 1,
  }) satisfies AuditedDto as AuditedDto;
const rows = [
  row('a/2.png', 0.9, 'reliable'),
  row('a/10.png', 0.9, 'reliable'),
  row('b/empty.png', null, 'unknown', 'no-detections'),
  row('b/broken.png', null, 'unknown', 'unsupported'),
  row('b/low.png', 0.2, 'unreliable'),
  row('c.png', 0.6, 'review'),
];
const tree = (groupBy: 'level' | 'folder' | 'none', filter = noFilter, results = rows) =>
  buildTree(results, { groupBy, filter }, (r) => r.uri);
const shape = (nodes: readonly TreeNode[]): unknown[] =>
  nodes.map((n) => (n.kind === 'image' ? n.path : { [n.key]: shape(n.children) }));

describe('the tree of results', () => {
  it('without groups is one list: trouble, then F1 from low to high, images without detections last; names in natural order', () =>
    expect(shape(tree('none'))).toEqual(['b/broken.png', 'b/low.png', 'c.png', 'a/2.png', 'a/10.png', 'b/empty.png']));

  it('by level, the most urgent first, without empty groups', () =>
    expect(shape(tree('level'))).toEqual([
      { unreliable: ['b/low.png'] },
      { review: ['c.png'] },
      { unknown: ['b/broken.png', 'b/empty.png'] },
      { reliable: ['a/2.png', 'a/10.png'] },
    ]));

  it('by folder, worst first inside', () =>
    expect(shape(tree('folder'))).toEqual([
      { '': ['c.png'] },
      { a: ['a/2.png', 'a/10.png'] },
      { b: ['b/broken.png', 'b/low.png', 'b/empty.png'] },
    ]));

  it('one folder needs no group', () =>
    expect(shape(tree('folder', noFilter, rows.slice(0, 2)))).toEqual(['a/2.png', 'a/10.png']));

  it('filters by levels and by a part of the path in any case', () => {
    expect(shape(tree('none', { text: '', levels: ['review', 'unreliable'] }))).toEqual(['b/low.png', 'c.png']);
    expect(shape(tree('none', { text: 'B/', levels: [] }))).toEqual(['b/broken.png', 'b/low.png', 'b/empty.png']);
    expect(shape(tree('level', { text: 'empty', levels: ['unknown'] }))).toEqual([{ unknown: ['b/empty.png'] }]);
    expect(tree('folder', { text: 'absent', levels: [] })).toEqual([]);
  });

  it('counts every level', () =>
    expect(countLevels(rows)).toEqual({ reliable: 2, review: 1, unreliable: 1, unknown: 2 }));

  it('counts refused files and failed estimates apart from images of unknown reliability', () =>
    expect(countVerdicts([...rows, row('b/crash.png', null, 'unknown', 'failed')])).toEqual({
      reliable: 2,
      review: 1,
      unreliable: 1,
      unknown: 1,
      refused: 1,
      failed: 1,
    }));
});
