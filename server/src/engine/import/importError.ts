/** Why a checkpoint, graph or forest could not be imported, in one sentence that users can act on. */
export class ImportError extends Error {
  override name = 'ImportError';
}
