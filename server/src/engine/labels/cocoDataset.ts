/**
 * COCO instances as this tool writes them (Lin et al. 2014, "Data format"), with the optional fields of the generator.
 * Files of other tools are read by `cocoFile.ts`.
 */
export interface CocoDataset {
  readonly info?: { readonly description?: string };
  readonly categories: { id: number; name: string }[];
  readonly images: {
    id: number;
    file_name: string;
    /** Pixels. */
    width: number;
    height: number;
    /** Kind of synthetic image; groups images in cross-validation. */
    domain?: string;
    nm_per_pixel?: number;
    defocus_nm?: number;
    /** How a drawn image was made worse, for example `blur 1.3, noise 20`. */
    degradation?: string;
    /** Pixels; predictions whose longer side is shorter and that match nothing are ignored when scoring. */
    min_side?: number;
  }[];
  readonly annotations: {
    id: number;
    image_id: number;
    category_id: number;
    /** x, y, width, height in pixels. */
    bbox: number[];
    area?: number;
    iscrowd: number;
    /** Polygons or run-length encoding. */
    segmentation?: unknown;
  }[];
}
