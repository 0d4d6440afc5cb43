/** Inputs and outputs of a detector in one foreign ONNX graph; written by the importer or by hand (docs/models.md). */
export interface OnnxDescription {
  readonly id: string;
  readonly name: string;
  readonly architecture: 'onnx';
  readonly categories: readonly string[];
  readonly input: {
    /** Name of the graph's input. */
    readonly name: string;
    /** 3: C × H × W; 4: 1 × C × H × W. */
    readonly rank: 3 | 4;
    readonly format: 'RGB' | 'BGR';
    /** Grey levels 0–255 are multiplied by this, then `(v − mean) / std`. */
    readonly scale: number;
    readonly pixelMean: readonly number[];
    readonly pixelStd: readonly number[];
    readonly resize:
      | { readonly mode: 'none'; readonly sizeDivisibility: number }
      | {
          readonly mode: 'shortest-edge';
          readonly minSize: number;
          readonly maxSize: number;
          readonly sizeDivisibility: number;
        }
      | {
          /** The image is scaled to fit into width × height and padded with `pad` (0–255), centred or at the upper left. */
          readonly mode: 'letterbox';
          readonly width: number;
          readonly height: number;
          readonly pad: number;
          readonly centered: boolean;
        };
  };
  /**
   * boxes: N × 4, scores N, labels N; dets: N × 5 (box, score) and labels; rows: N × 6+ (box, score, label, coefficients);
   * yolo: (4 + classes [+ coefficients]) × N of centre, size and class scores, before NMS.
   */
  readonly layout: 'boxes' | 'dets' | 'rows' | 'yolo';
  /** Names of the graph's outputs by role. */
  readonly outputs: {
    readonly boxes?: string | undefined;
    readonly scores?: string | undefined;
    readonly labels?: string | undefined;
    readonly dets?: string | undefined;
    readonly rows?: string | undefined;
    readonly yolo?: string | undefined;
    readonly masks?: string | undefined;
    readonly protos?: string | undefined;
  };
  /** Label of the first category: 1 where 0 is the background. */
  readonly labelOffset: number;
  /** box: a soft mask per box, in the box's frame; frame: one of the input's size per box; protos: coefficients × prototypes. */
  readonly masks: 'box' | 'frame' | 'protos' | null;
  readonly box: {
    readonly scoreThreshold: number;
    /** Null if the graph contains the NMS. */
    readonly nmsThreshold: number | null;
    readonly detectionsPerImage: number;
  };
}
