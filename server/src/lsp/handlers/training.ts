import type { Connection } from 'vscode-languageserver/node';
import { createEngine, EngineError } from '../../engine/engine';
import type { Engine } from '../../engine/engine.types';
import type { ModelPackage } from '../../engine/models/modelPackage';
import type { LabelledSets } from '../../engine/training/checkLabels';
import { checkTraining, detectorPackage, trainToStore } from '../../engine/training/trainToStore';
import { TrainingError } from '../../engine/training/trainingError';
import type { TrainingParams } from '../../protocol/methods';
import type { TrainingProgressDto } from '../../protocol/training';
import { engineOptions } from '../engineOptions';
import { fileOf } from '../fileUri';
import type { Requests } from '../requests';
import type { Session } from '../session';

const shownLines = 4;
/** Milliseconds between two notifications of the same phase. */
const interval = 100;

/** Checks labels and trains forests, one at a time. */
export function registerTraining(connection: Connection, requests: Requests, session: Session): void {
  let running = false;
  requests.on('tem-gauge/checkTraining', async (params, signal) =>
    checkTraining(await detectorPackage(params.model), setsOf(params), signal),
  );
  requests.on('tem-gauge/train', async (params, signal) => {
    if (running) throw new Error('A training is running already; cancel it or wait for its end.');
    running = true;
    try {
      const detector = await detectorPackage(params.model);
      return await withDetector(session, detector, (engine) =>
        trainToStore({ engine, detector }, setsOf(params), {
          name: params.name,
          seed: params.seed ?? 1,
          skipFaulty: params.skipFaulty,
          signal,
          onProgress: progressTo(connection),
        }),
      );
    } catch (error) {
      throw error instanceof TrainingError ? new Error(oneLine(error.message)) : error;
    } finally {
      running = false;
    }
  });
}

function setsOf({ uris, labels, grouping }: TrainingParams): LabelledSets {
  const file = (uri: string) => fileOf(uri).file;
  return {
    folders: uris.map(file),
    labels: labels === undefined ? undefined : file(labels),
    grouping: grouping?.by === 'table' ? { ...grouping, file: file(grouping.file) } : grouping,
  };
}

/** A notification has one line: the first of what may be a line per image. */
function oneLine(message: string): string {
  const lines = message.split('\n');
  return lines.length <= shownLines ? lines.join(' ') : `${lines.slice(0, shownLines).join(' ')} …`;
}

/** Progress as notifications: the first and last of each phase, and what `interval` allows between. */
function progressTo(connection: Connection): (progress: TrainingProgressDto) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.done > 0 && progress.done < progress.total && now - last < interval) return;
    last = now;
    void connection.sendNotification('tem-gauge/training', progress);
  };
}

/** Uses the session's network for the same detector; another detector gets a separate network for this work. */
async function withDetector<T>(
  session: Session,
  detector: ModelPackage,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const shared = await session
    .use(async (engine) => (engine.model.detector === detector.id ? { value: await work(engine) } : null))
    .catch((error: unknown) => {
      // A model of the settings that cannot be used is no obstacle to training another one.
      if (error instanceof EngineError) return null;
      throw error;
    });
  if (shared) return shared.value;
  const {
    thresholds: _,
    scoreThreshold: __,
    ...options
  } = engineOptions(await session.settings.current(), session.storage);
  const engine = await createEngine({ ...options, modelPath: detector.dir, forestPath: '' });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}
