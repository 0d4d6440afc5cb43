/** Position of the resized image in the network's input. */
export interface InputFrame {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
  /** Size of the input including padding, in pixels. */
  readonly width: number;
  readonly height: number;
}
