/** A further view of the image: mirrored left to right, and larger or smaller than the first by a factor. */
export interface Augmentation {
  readonly flip: boolean;
  readonly scale: number;
}

/** The image as it is. */
export const plainView: Augmentation = { flip: false, scale: 1 };

/** Configuration of a two-stage detector without its weights, for the embedded and for imported models. */
export interface DetectorDescription {
  readonly id: string;
  readonly name: string;
  readonly architecture: 'mask-rcnn' | 'faster-rcnn';
  readonly categories: readonly string[];
  readonly input: {
    /** BGR: Detectron2's; cavity-flat2: two planes that the graph computes from the gray image. */
    readonly format: 'BGR' | 'RGB' | 'cavity-flat2';
    readonly channels: number;
    /** Shortest side in pixels after resizing; see `keepSize`. */
    readonly minSize: number;
    /** An image whose shortest side is within these bounds is not resized; a larger one is reduced to the upper bound. In pixels. */
    readonly keepSize?: readonly [number, number] | undefined;
    readonly maxSize: number;
    readonly sizeDivisibility: number;
    readonly pixelMean: readonly number[];
    readonly pixelStd: readonly number[];
    /** Test-time augmentation: further views of the image; scores and boxes are averaged over all views. */
    readonly augmentations?: readonly Augmentation[] | undefined;
  };
  readonly resnet: {
    readonly depth: 18 | 34 | 50 | 101 | 152;
    readonly stemOutChannels: number;
    readonly res2OutChannels: number;
    readonly numGroups: number;
    readonly widthPerGroup: number;
    readonly strideIn1x1: boolean;
  };
  readonly fpn: { readonly outChannels: number };
  readonly anchors: {
    /** One list per level, or a single list for all levels; in pixels. */
    readonly sizes: readonly (readonly number[])[];
    readonly aspectRatios: readonly (readonly number[])[];
    readonly offset: number;
    readonly strides: readonly number[];
  };
  readonly rpn: {
    readonly preNmsTopk: number;
    readonly postNmsTopk: number;
    readonly nmsThreshold: number;
    readonly bboxRegWeights: readonly number[];
  };
  readonly box: {
    readonly poolerResolution: number;
    readonly samplingRatio: number;
    readonly canonicalBoxSize: number;
    readonly canonicalLevel: number;
    readonly fcDims: readonly number[];
    readonly bboxRegWeights: readonly number[];
    readonly scoreThreshold: number;
    /** Lowest score of a candidate; absent: 0.05, or the score threshold where that is lower. */
    readonly candidateThreshold?: number | undefined;
    readonly nmsThreshold: number;
    readonly detectionsPerImage: number;
    readonly classAgnostic: boolean;
  };
  readonly mask: {
    readonly poolerResolution: number;
    readonly samplingRatio: number;
    readonly convDims: readonly number[];
  } | null;
}

/** Boxes above this score are kept as candidates: boxes that are nearly accepted indicate missed cavities. */
export const candidateThreshold = (box: {
  readonly scoreThreshold: number;
  readonly candidateThreshold?: number | undefined;
}): number => Math.min(box.scoreThreshold, box.candidateThreshold ?? 0.05);
