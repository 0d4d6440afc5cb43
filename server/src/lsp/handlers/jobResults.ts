import { ResponseError, type Connection, LSPErrorCodes } from 'vscode-languageserver/node';
import { writeOutputFile } from '../../engine/files/writeOutput';
import { JobView, type ViewRow } from '../../engine/job/view/jobView';
import { rowFindings } from '../../engine/job/view/rowFindings';
import { viewReport } from '../../engine/job/view/viewReport';
import type { AuditedDto, JobResultsDto } from '../../protocol/types';
import { Diagnostics, mostProblems } from '../diagnostics';
import { fileOf, uriOf } from '../fileUri';
import type { Requests } from '../requests';
import type { Session } from '../session';

const worst = { groupBy: 'none', group: '', text: '', levels: [] } as const;

/** Results of an audit in tasks, a page at a time. Its Problems are those of the worst images; nothing is estimated. */
export function registerJobResults(connection: Connection, requests: Requests, session: Session): void {
  const diagnostics = new Diagnostics(connection);
  let view: JobView | null = null;
  let problems: string[] = [];
  const opened = (): JobView => {
    if (!view) throw new ResponseError(LSPErrorCodes.RequestFailed, 'No audit results are open.');
    return view;
  };
  const clear = () => {
    for (const uri of problems) diagnostics.clear(uri);
    problems = [];
  };
  const publish = async (from: JobView) => {
    const { rows } = await from.page(worst, 0, mostProblems);
    clear();
    for (const row of rows) {
      const uri = uriOf(row.file);
      // An image with a result of this window has its Problems already.
      if (session.results.get(uri)) continue;
      diagnostics.publish(uri, rowFindings(row));
      problems.push(uri);
    }
  };

  requests.on('tem-gauge/openResults', async ({ uri }) => {
    const next = await JobView.open(fileOf(uri).file);
    view = next;
    await publish(next);
    return stateOf(next);
  });
  requests.on('tem-gauge/refreshResults', async () => {
    const current = opened();
    const changed = await current.refresh();
    if (changed) await publish(current);
    return { ...stateOf(current), changed };
  });
  requests.on('tem-gauge/resultGroups', async ({ start, count, ...query }) => {
    const groups = await opened().groups(query);
    return { groups: groups.slice(start, start + count), total: groups.length };
  });
  requests.on('tem-gauge/resultPage', async ({ start, count, ...query }) => {
    const { rows, total } = await opened().page(query, start, count);
    return { rows: rows.map(toRowDto), total };
  });
  requests.on('tem-gauge/resultReport', async ({ uri }) => {
    const { file } = fileOf(uri);
    const current = opened();
    const { page, listed } = await viewReport(current, file);
    await writeOutputFile(file, page);
    return { written: file, images: current.counts().done, listed };
  });
  requests.on('tem-gauge/closeResults', () => {
    const closed = view !== null;
    view = null;
    clear();
    return Promise.resolve({ closed });
  });
}

function stateOf(view: JobView): JobResultsDto {
  const { images, done, failed, unread, byReliability } = view.counts();
  return {
    uri: uriOf(view.dir),
    root: uriOf(view.job.root),
    images,
    done,
    failed,
    refused: unread - failed,
    byReliability: { ...byReliability },
    notes: view.notes(),
  };
}

const toRowDto = (row: ViewRow): AuditedDto => ({
  uri: uriOf(row.file),
  imageKey: null,
  outcome: row.outcome,
  f1: row.f1,
  interval: row.interval,
  reliability: row.reliability,
  reasons: row.reason === '' ? [] : [row.reason],
  detectionCount: row.detections,
});
