import { takeBoxes } from '../geometry/box';
import type { DetectorDescription } from './description';
import { argsortDescending, nms } from './nms';
import type { Proposals } from './proposals';

/** The frame of one view of the image at the network's input: resized, and mirrored with `flip`. */
export interface ViewFrame {
  readonly width: number;
  readonly height: number;
  readonly flip: boolean;
}

/** Converts boxes (N × 4) from one frame to another. */
export function moveBoxes(boxes: Float32Array, from: ViewFrame, to: ViewFrame): Float32Array {
  if (from === to) return boxes;
  const out = new Float32Array(boxes.length);
  const [sx, sy] = [to.width / from.width, to.height / from.height];
  for (let i = 0; i < boxes.length; i += 4) {
    const [x0, x1] = [boxes[i]! * sx, boxes[i + 2]! * sx];
    out[i] = from.flip === to.flip ? x0 : to.width - x1;
    out[i + 1] = boxes[i + 1]! * sy;
    out[i + 2] = from.flip === to.flip ? x1 : to.width - x0;
    out[i + 3] = boxes[i + 3]! * sy;
  }
  return out;
}

/** Proposals of all views in the frame of the first, highest logit first; NMS removes those that several views found. */
export function mergeProposals(
  found: readonly { readonly frame: ViewFrame; readonly proposals: Proposals }[],
  { nmsThreshold, postNmsTopk }: DetectorDescription['rpn'],
): Float32Array {
  const base = found[0]!.frame;
  if (found.length === 1) return found[0]!.proposals.boxes;
  const boxes = join(found.map(({ frame, proposals }) => moveBoxes(proposals.boxes, frame, base)));
  const logits = join(found.map(({ proposals }) => proposals.logits));
  const kept = nms(boxes, argsortDescending(logits), nmsThreshold, postNmsTopk);
  return takeBoxes(boxes, kept);
}

function join(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
