import { z } from 'zod';
import type { RequestName, RequestTable } from '../protocol/methods';
import { exportKinds, groupings, reliabilities } from '../protocol/vocabulary';

const text = z.string().min(1).max(70_000);
const index = z.number().int().min(0).max(1e6);
const uris = z.array(text).min(1).max(100_000);
const foil = {
  thicknessNm: z.number().positive().max(1e6).optional(),
  thicknessUncertainty: z.number().min(0).max(1).optional(),
};

const training = z.object({
  uris,
  labels: text.optional(),
  grouping: z
    .discriminatedUnion('by', [
      z.object({ by: z.literal('labels') }),
      z.object({ by: z.literal('folder') }),
      z.object({ by: z.literal('pattern'), pattern: z.string().min(1).max(1000) }),
      z.object({ by: z.literal('table'), file: text }),
    ])
    .optional(),
  model: text.optional(),
});

const query = {
  groupBy: z.enum(groupings),
  text: z.string().max(1000),
  levels: z.array(z.enum(reliabilities)).max(4),
  start: z.number().int().min(0).max(1e9),
  count: z.number().int().min(1).max(1000),
};

/** Schema of each request's parameters; unknown members (progress tokens of the library) are ignored. */
export const paramsOf: { [M in RequestName]: z.ZodType<RequestTable[M]['params']> } = {
  'tem-gauge/estimate': z.object({ uri: text, force: z.boolean().optional(), frame: index.optional() }),
  'tem-gauge/preview': z.object({ uri: text, frame: index.optional() }),
  'tem-gauge/tile': z.object({ uri: text, imageKey: text, frame: index, level: index, column: index, row: index }),
  'tem-gauge/calibrate': z.object({ uri: text, nmPerPixel: z.number().positive().max(1e6).nullable() }),
  'tem-gauge/measure': z.object({
    uri: text,
    frame: index.optional(),
    folder: z.boolean().optional(),
    ...foil,
  }),
  'tem-gauge/quantities': z.object(foil),
  'tem-gauge/audit': z.object({ uris, workDoneToken: z.union([z.string().max(1000), z.number()]).optional() }),
  'tem-gauge/restore': z.object({ uris }),
  'tem-gauge/refresh': z.object({}),
  'tem-gauge/openResults': z.object({ uri: text }),
  'tem-gauge/refreshResults': z.object({}),
  'tem-gauge/resultGroups': z.object(query),
  'tem-gauge/resultPage': z.object({ ...query, group: z.string().max(10_000) }),
  'tem-gauge/resultReport': z.object({ uri: text }),
  'tem-gauge/closeResults': z.object({}),
  'tem-gauge/models': z.object({}),
  'tem-gauge/importModel': z.object({
    file: text,
    config: text.optional(),
    scaler: text.optional(),
    model: text.optional(),
  }),
  'tem-gauge/modelCard': z.object({ path: text }),
  'tem-gauge/verifyModel': z.object({ path: text }),
  'tem-gauge/removeModel': z.object({ path: text }),
  'tem-gauge/checkTraining': training,
  'tem-gauge/train': training.extend({
    name: z.string().min(1).max(200),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 40)
      .optional(),
    skipFaulty: z.boolean().optional(),
  }),
  'tem-gauge/report': z.object({ uri: text, ...foil }),
  'tem-gauge/export': z.object({
    uris: z.array(text).max(100_000),
    kind: z.enum(exportKinds),
    to: text.optional(),
    frame: index.optional(),
    ...foil,
  }),
};

/** The first problem of rejected parameters in one sentence. */
export function paramsProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  const at = issue?.path.join('.');
  return `The parameters are not valid${at ? ` at "${at}"` : ''}: ${issue?.message ?? 'unknown problem'}.`;
}
