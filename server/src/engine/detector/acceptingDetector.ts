import { acceptCandidates, type Acceptance } from '../../core/calibration/acceptance';
import { candidateFeatures } from '../../core/calibration/candidateFeatures';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import type { Detector, SelectingDetector } from './detector';

/**
 * A detector that computes masks for the accepted candidates only. They are selected where the network runs: a question to
 * another process took 15 of an estimate's 340 ms.
 */
export function accepting(inner: SelectingDetector, acceptance: Acceptance): Detector {
  return {
    id: inner.id,
    categories: inner.categories,
    device: inner.device,
    detect(image, { onCandidates, ...options } = {}) {
      const gray = toGray8(toRaster8(image));
      let told = false;
      return inner.detect(image, {
        ...options,
        select: (candidates) => {
          const features = candidateFeatures(candidates, gray);
          // A large image has candidates of each tile too.
          if (!told) onCandidates?.(candidates, features);
          told = true;
          return acceptCandidates(acceptance, candidates, features).accepted;
        },
      });
    },
    dispose: () => inner.dispose(),
  };
}
