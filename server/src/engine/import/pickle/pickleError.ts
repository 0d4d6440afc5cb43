import { ImportError } from '../importError';

/** Why a pickle was refused; the message names the global it wanted. */
export class PickleError extends ImportError {
  override name = 'PickleError';
}

export const malformedPickle = (): PickleError => new PickleError('The pickle is malformed.');
