import * as vscode from 'vscode';
import type { TreeNode } from '../audit/treeModel';

/** Input of an export or a copy: some images and folders, or all results if `uris` is empty. */
export interface Scope {
  readonly uris: readonly string[];
  /** Frame of the single image. */
  readonly frame?: number;
  readonly thicknessNm?: number;
}

export const everything: Scope = { uris: [] };

/**
 * Scope from the arguments of a menu command: a file and the selected files (Explorer, editor title), a row and the selected rows
 * (tree), or a scope (our own calls). Undefined without arguments (command palette, keyboard).
 */
export function scopeOf(first: unknown, selected: unknown): Scope | undefined {
  if (isScope(first)) {
    const { uris, frame, thicknessNm } = first;
    return { uris, ...(frame === undefined ? {} : { frame }), ...(thicknessNm === undefined ? {} : { thicknessNm }) };
  }
  const all = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [first];
  const uris = all.filter((one): one is vscode.Uri => one instanceof vscode.Uri).map((uri) => uri.toString());
  const rows = all.filter(isNode).flatMap(imagesOf);
  return uris.length + rows.length > 0 ? { uris: [...new Set([...uris, ...rows])] } : undefined;
}

/** URIs of the images of a row, for a group of all its images. */
function imagesOf(node: TreeNode): string[] {
  return node.kind === 'image' ? [node.result.uri] : node.children.flatMap(imagesOf);
}

const isNode = (one: unknown): one is TreeNode =>
  typeof one === 'object' && one !== null && 'kind' in one && (one.kind === 'image' || one.kind === 'group');

const isScope = (one: unknown): one is Scope =>
  typeof one === 'object' && one !== null && 'uris' in one && Array.isArray(one.uris);
