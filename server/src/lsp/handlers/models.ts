import { importAny } from '../../engine/import/importModel';
import { describeModel, listModels, modelCard, removeModel } from '../../engine/models/modelStore';
import { verifyModel } from '../../engine/detector/verifyModel';
import type { Requests } from '../requests';

/** Requests about models, which do not require the engine. */
export function registerModels(requests: Requests): void {
  requests.on('tem-gauge/models', () => listModels());
  requests.on('tem-gauge/importModel', async (params) => {
    const { kind, dir, notices } = await importAny(params);
    return { kind, model: await describeModel(dir), notices: [...notices] };
  });
  requests.on('tem-gauge/modelCard', async ({ path }) => ({ card: await modelCard(path) }));
  requests.on('tem-gauge/verifyModel', ({ path }) => verifyModel(path));
  requests.on('tem-gauge/removeModel', async ({ path }) => ({ removed: await removeModel(path) }));
}
