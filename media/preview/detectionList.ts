import type { DetectionDto } from '../../server/src/protocol/types';
import { confidence } from './confidence';
import type { EstimateState } from './messages';
import { describeDetection } from './pointer';

/** Text and index of the shown detections, the most doubtful first. */
export const listDetections = (
  detections: readonly DetectionDto[],
  minimum: number,
  nm: number | null,
): { text: string; index: number }[] =>
  detections
    .map((detection, index) => ({ detection, index }))
    .filter(({ detection }) => confidence(detection) >= minimum)
    .sort((a, b) => confidence(a.detection) - confidence(b.detection))
    .map(({ detection, index }) => ({ text: describeDetection(detection, nm), index }));

/** Fills a list with the shown detections; an option's value is the detection's index. */
export function fillDetectionList(
  list: HTMLSelectElement,
  state: EstimateState,
  minimum: number,
  nm: number | null,
): void {
  const chosen = list.value;
  const shown = listDetections(state.kind === 'done' ? state.estimate.detections : [], minimum, nm);
  const options = shown.map(({ text, index }) => {
    const option = new Option(text, String(index));
    option.title = text; // a narrow panel cuts it
    return option;
  });
  list.replaceChildren(...options);
  list.value = chosen;
  list.parentElement!.hidden = shown.length === 0;
}
