import { describeDetection } from './pointer';
import type { EstimateState } from './messages';

/** Fills a list with the shown detections, the most doubtful first; an option's value is the detection's index. */
export function fillDetectionList(
  list: HTMLSelectElement,
  state: EstimateState,
  minScore: number,
  nm: number | null,
): void {
  const detections = state.kind === 'done' ? state.estimate.detections : [];
  const chosen = list.value;
  const options = detections
    .map((detection, index) => ({ detection, index }))
    .filter(({ detection }) => detection.score >= minScore)
    .sort((a, b) => a.detection.score - b.detection.score)
    .map(({ detection, index }) => new Option(describeDetection(detection, nm), String(index)));
  list.replaceChildren(...options);
  list.value = chosen;
  list.parentElement!.hidden = options.length === 0;
}
