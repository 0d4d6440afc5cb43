import { ImportError } from '../importError';

/** Why a pickle was refused; the message contains the refused global. */
export class PickleError extends ImportError {
  override name = 'PickleError';
}

export const malformedPickle = (): PickleError => new PickleError('The pickle is malformed.');
