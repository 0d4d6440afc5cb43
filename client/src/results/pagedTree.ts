import type { AuditedDto } from '../../../server/src/protocol/types';
import { reliabilities, type Grouping, type Reliability } from '../../../server/src/protocol/vocabulary';

/** A node of the tree of results; a list with further rows ends with `more`. */
export type ResultNode =
  | { readonly kind: 'group'; readonly key: string; readonly level: Reliability | null; readonly images: number }
  | { readonly kind: 'image'; readonly result: AuditedDto }
  | { readonly kind: 'more'; readonly group: string | null; readonly shown: number; readonly total: number };

/** Asks the server for a part of a list. */
export interface ResultSource {
  groups(start: number, count: number): Promise<{ groups: { key: string; images: number }[]; total: number }>;
  rows(group: string, start: number, count: number): Promise<{ rows: AuditedDto[]; total: number }>;
}

/** Nodes that a list gains by "Show more". */
export const pageSize = 200;

/** How many nodes of each list are shown; the lists themselves stay in the server. */
export class PagedTree {
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly source: ResultSource,
    private readonly grouping: Grouping,
  ) {}

  async children(parent?: ResultNode): Promise<ResultNode[]> {
    if (parent?.kind === 'group') return this.rows(parent.key);
    if (parent) return [];
    if (this.grouping === 'none') return this.rows(null);
    const { groups, total } = await this.source.groups(0, this.limit(null));
    const nodes = groups.map(({ key, images }): ResultNode => ({
      kind: 'group',
      key,
      level: this.levelOf(key),
      images,
    }));
    return withMore(nodes, null, total);
  }

  /** Shows the next page of a list. */
  more({ group }: Extract<ResultNode, { kind: 'more' }>): void {
    this.shown.set(keyOf(group), this.limit(group) + pageSize);
  }

  private async rows(group: string | null): Promise<ResultNode[]> {
    const wanted = this.limit(group);
    const nodes: ResultNode[] = [];
    let total = 0;
    // The server answers with at most a thousand rows.
    do {
      const page = await this.source.rows(group ?? '', nodes.length, Math.min(1000, wanted - nodes.length));
      total = page.total;
      if (page.rows.length === 0) break;
      nodes.push(...page.rows.map((result): ResultNode => ({ kind: 'image', result })));
    } while (nodes.length < Math.min(wanted, total));
    return withMore(nodes, group, total);
  }

  private limit(group: string | null): number {
    return this.shown.get(keyOf(group)) ?? pageSize;
  }

  private levelOf(key: string): Reliability | null {
    return this.grouping === 'level' ? (reliabilities.find((level) => level === key) ?? null) : null;
  }
}

const keyOf = (group: string | null): string => (group === null ? 'root' : `group ${group}`);

const withMore = (nodes: ResultNode[], group: string | null, total: number): ResultNode[] =>
  nodes.length < total ? [...nodes, { kind: 'more', group, shown: nodes.length, total }] : nodes;
