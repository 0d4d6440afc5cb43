import fs from 'node:fs/promises';
import path from 'node:path';
import type { TruthDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import { LabelError } from './cocoFile';
import { readFolderLabels, type FolderLabels } from './folderLabels';
import { labelsFileOf } from './labelsFile';
import { truthView } from './trueF1';

interface Known {
  readonly stamp: string;
  readonly labels: FolderLabels | null;
}

/** Labels of single images, from the COCO file of their folder or of the folder above it, read once until it changes. */
export class ImageLabels {
  private readonly known = new Map<string, Known>();

  constructor(private readonly categories: readonly string[]) {}

  /** The labels of an estimate's image matched with its detections; null without labels that can be used. */
  async truthOf(estimate: Estimate): Promise<TruthDto | null> {
    const folder = path.dirname(estimate.file);
    for (const place of [folder, path.dirname(folder)]) {
      const labels = await this.labelsOf(place);
      const image = labels?.images.find((i) => i.file === estimate.file);
      if (image) return truthView(image, estimate);
    }
    return null;
  }

  private async labelsOf(folder: string): Promise<FolderLabels | null> {
    const source = await labelsFileOf(folder);
    if (source === null) return null;
    const stat = await fs.stat(source).catch(() => null);
    const stamp = stat ? `${source} ${stat.size} ${stat.mtimeMs}` : '';
    const old = this.known.get(folder);
    if (old?.stamp === stamp) return old.labels;
    const labels = await readFolderLabels(folder, { categories: this.categories }).catch((error: unknown) => {
      // Audits report labels that cannot be used; a single image is shown without them.
      if (error instanceof LabelError) return null;
      throw error;
    });
    this.known.set(folder, { stamp, labels });
    return labels;
  }
}
