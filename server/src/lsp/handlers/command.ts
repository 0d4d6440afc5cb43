import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { z } from 'zod';
import type { Requests } from '../requests';

/** Commands of `workspace/executeCommand`, for editors without our client. See docs/protocol.md. */
export const serverCommands = ['temGauge.server.estimate', 'temGauge.server.audit'] as const;

const call = z.object({ command: z.string(), arguments: z.array(z.unknown()).optional() });

/** `workspace/executeCommand` for estimate and audit, for clients that know only the standard methods (docs/protocol.md). */
export function registerCommands(requests: Requests): void {
  requests.raw('workspace/executeCommand', async (params, signal) => {
    const parsed = call.safeParse(params);
    if (!parsed.success) throw new ResponseError(ErrorCodes.InvalidParams, 'The request needs the name of a command.');
    const { command, arguments: given = [] } = parsed.data;
    const name = serverCommands.find((c) => c === command);
    if (name === 'temGauge.server.estimate')
      return requests.call('tem-gauge/estimate', asObject(given[0], 'uri'), signal);
    if (name === 'temGauge.server.audit')
      return requests.call(
        'tem-gauge/audit',
        given.every((g) => typeof g === 'string') ? { uris: given } : given[0],
        signal,
      );
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      `There is no command of this name; there are ${serverCommands.join(', ')}.`,
    );
  });
}

/** A single string is the value of the one required member. */
const asObject = (given: unknown, member: string) => (typeof given === 'string' ? { [member]: given } : given);
