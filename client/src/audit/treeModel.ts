import type { AuditedDto } from '../../../server/src/protocol/types';
import { levelsByNeed } from '../../../server/src/protocol/levels';
import type { Grouping, Reliability } from '../../../server/src/protocol/vocabulary';
import { worstFirst } from '../../../server/src/protocol/worstFirst';

export interface Filter {
  /** Part of the path, in any case; empty for all. */
  readonly text: string;
  /** Levels that are shown; empty for all. */
  readonly levels: readonly Reliability[];
}

export const noFilter: Filter = { text: '', levels: [] };

export type TreeNode =
  | { readonly kind: 'image'; readonly result: AuditedDto; readonly path: string }
  | {
      readonly kind: 'group';
      /** A level, or the path of a folder. */
      readonly key: string;
      readonly level: Reliability | null;
      readonly children: readonly TreeNode[];
      readonly images: number;
    };

/**
 * The tree of results, worst first at every depth.
 * @param pathOf path of a result with `/`, relative to its workspace folder or absolute
 */
export function buildTree(
  results: readonly AuditedDto[],
  options: { readonly groupBy: Grouping; readonly filter: Filter },
  pathOf: (result: AuditedDto) => string,
): TreeNode[] {
  const { text, levels } = options.filter;
  const images = results
    .map((result) => ({ kind: 'image' as const, result, path: pathOf(result) }))
    .filter(({ result, path }) =>
      levels.length === 0 || levels.includes(result.reliability)
        ? path.toLowerCase().includes(text.toLowerCase())
        : false,
    )
    .sort((a, b) => worstFirst(a.result, b.result) || a.path.localeCompare(b.path, 'en', { numeric: true }));
  if (options.groupBy === 'level')
    return levelsByNeed.flatMap((level) => {
      const children = images.filter((i) => i.result.reliability === level);
      return children.length > 0
        ? [{ kind: 'group', key: level, level, children, images: children.length } as const]
        : [];
    });
  if (options.groupBy === 'folder') return byFolder(images);
  return images;
}

type ImageNode = Extract<TreeNode, { kind: 'image' }>;

function byFolder(images: readonly ImageNode[]): TreeNode[] {
  const folders = new Map<string, ImageNode[]>();
  for (const image of images) {
    const folder = image.path.slice(0, Math.max(0, image.path.lastIndexOf('/')));
    folders.set(folder, [...(folders.get(folder) ?? []), image]);
  }
  const [only] = folders;
  if (folders.size === 1 && only) return [...only[1]];
  return [...folders]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([key, children]) => ({ kind: 'group', key, level: null, children, images: children.length }));
}
