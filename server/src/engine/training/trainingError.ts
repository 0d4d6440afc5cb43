/** Why a forest cannot be trained, in one sentence per line. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}
