import { ImportError } from '../importError';

/** Why a pickle was refused; the message contains the refused global. */
export class PickleError extends ImportError {
  override name = 'PickleError';
}

/** Error for a pickle whose structure is not valid. */
export const malformedPickle = (): PickleError => new PickleError('The pickle is malformed.');
