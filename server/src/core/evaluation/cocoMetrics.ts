/** One image as COCO's evaluation requires it; objects are identified by their index in the lists. */
export interface CocoImage {
  readonly truths: readonly { readonly category: string; readonly crowd: boolean }[];
  readonly detections: readonly { readonly category: string; readonly score: number }[];
  /** Overlap of a detection and a true object; with a crowd region: fraction of the detection inside it. */
  readonly overlap: (detection: number, truth: number) => number;
}

/** COCO's summary figures, 0 to 1; null without true objects. */
export interface CocoMetrics {
  /** Average precision over the IoU thresholds 0.50 to 0.95. */
  readonly ap: number | null;
  readonly ap50: number | null;
  readonly ap75: number | null;
  /** Average recall over the same thresholds. */
  readonly ar: number | null;
}

/** numpy.linspace(0.5, 0.95, 10), digit for digit. */
const iouThresholds = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9)));
/** numpy.linspace(0, 1, 101). */
const recallThresholds = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

/** Detections of a category over all images, highest score first, with their outcome at each threshold. */
interface Matched {
  readonly score: number;
  /** Per threshold: 1 true, 0 false, -1 in a crowd region and not counted. */
  readonly outcome: Int8Array;
}

/**
 * AP, AP50, AP75 and AR of pycocotools' COCOeval (all areas): per category, then averaged over the categories with
 * true objects. Unlike in pycocotools, an annotation with the id 0 counts like any other.
 * @param maxDetections detections per image and category that are evaluated, highest score first (COCO: 100)
 */
export function cocoMetrics(images: readonly CocoImage[], maxDetections = 100): CocoMetrics {
  const categories = [
    ...new Set(images.flatMap((i) => [...i.truths, ...i.detections].map((annotation) => annotation.category))),
  ];
  const precision: number[][] = iouThresholds.map(() => []);
  const recall: number[] = [];
  for (const category of categories) {
    const matched: Matched[] = [];
    let wanted = 0;
    for (const image of images) {
      wanted += image.truths.filter((t) => t.category === category && !t.crowd).length;
      matched.push(...matchImage(image, category, maxDetections));
    }
    if (wanted === 0) continue;
    matched.sort((a, b) => b.score - a.score);
    iouThresholds.forEach((_, t) => {
      const curve = precisionRecall(matched, t, wanted);
      precision[t]!.push(...curve.precision);
      recall.push(curve.recall);
    });
  }
  const mean = (values: readonly number[]) =>
    values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
  return { ap: mean(precision.flat()), ap50: mean(precision[0]!), ap75: mean(precision[5]!), ar: mean(recall) };
}

/** COCOeval.evaluateImg: in order of decreasing score, each detection takes the unmatched truth of largest overlap, crowd regions last. */
function matchImage(image: CocoImage, category: string, maxDetections: number): Matched[] {
  const truths = image.truths.flatMap((t, i) => (t.category === category ? [i] : []));
  truths.sort((a, b) => Number(image.truths[a]!.crowd) - Number(image.truths[b]!.crowd));
  const detections = image.detections.flatMap((d, i) => (d.category === category ? [i] : []));
  detections.sort((a, b) => image.detections[b]!.score - image.detections[a]!.score);
  detections.length = Math.min(detections.length, maxDetections);
  const out = detections.map((d): Matched => ({
    score: image.detections[d]!.score,
    outcome: new Int8Array(iouThresholds.length),
  }));
  const overlaps = detections.map((d) => truths.map((t) => image.overlap(d, t)));
  iouThresholds.forEach((threshold, k) => {
    const taken = new Set<number>();
    detections.forEach((_, d) => {
      let best = Math.min(threshold, 1 - 1e-10);
      let match = -1;
      for (let t = 0; t < truths.length; t++) {
        const { crowd } = image.truths[truths[t]!]!;
        if (taken.has(t) && !crowd) continue;
        if (crowd && match >= 0 && !image.truths[truths[match]!]!.crowd) break;
        if (overlaps[d]![t]! < best) continue;
        best = overlaps[d]![t]!;
        match = t;
      }
      if (match < 0) return;
      taken.add(match);
      out[d]!.outcome[k] = image.truths[truths[match]!]!.crowd ? -1 : 1;
    });
  });
  return out;
}

/** COCOeval.accumulate: precision, made monotonically decreasing, at 101 recalls; and the highest recall. */
function precisionRecall(matched: readonly Matched[], threshold: number, wanted: number) {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let [found, extra] = [0, 0];
  for (const { outcome } of matched) {
    if (outcome[threshold] === 1) found++;
    else if (outcome[threshold] === 0) extra++;
    recalls.push(found / wanted);
    precisions.push(found / (found + extra + Number.EPSILON));
  }
  for (let i = precisions.length - 1; i > 0; i--)
    if (precisions[i]! > precisions[i - 1]!) precisions[i - 1] = precisions[i]!;
  let at = 0;
  const precision = recallThresholds.map((r) => {
    while (at < recalls.length && recalls[at]! < r) at++;
    return precisions[at] ?? 0;
  });
  return { precision, recall: recalls.at(-1) ?? 0 };
}
