import { printable } from '../../core/text/printable';
import { importAny } from '../../engine/import/importModel';
import { describeModel, listModels, modelCard, removeModel } from '../../engine/models/modelStore';
import { verifyModel } from '../../engine/detector/verifyModel';
import type { Requests } from '../requests';

/** Requests about models, which do not require the engine. */
export function registerModels(requests: Requests): void {
  requests.on('tem-gauge/models', () => listModels());
  requests.on('tem-gauge/importModel', async (params, signal) => {
    const { kind, dir, notices } = await importAny({ ...params, signal });
    return { kind, model: await describeModel(dir), notices: [...notices] };
  });
  requests.on('tem-gauge/modelCard', async ({ path }) => ({ card: await modelCard(path) }));
  requests.on('tem-gauge/verifyModel', async ({ path }, signal) => {
    const check = await verifyModel(path, { signal });
    return { ...check, message: printable(check.message) };
  });
  requests.on('tem-gauge/removeModel', async ({ path }) => ({ removed: await removeModel(path) }));
}
