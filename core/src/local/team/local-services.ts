import type { IncomingMessage, ServerResponse } from 'node:http';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { RuntimeService } from '@candela/proto/v1/runtime_service';
import type { Caller } from '../../gateway/gates/identity.ts';
import { rpcOptions } from '../../services/routes.ts';
import { runtimeService } from '../../services/runtime-service.ts';
import type { Runtimes } from '../../runtimes/runtimes.ts';

const PREFIX = `/${RuntimeService.typeName}/`;

/** Whether this is of a service that speaks of this machine, although the team's server has the others. */
export function isLocalServicePath(url: string): boolean {
  return url.startsWith(PREFIX);
}

/** Answers `RuntimeService` in team mode, never forwarded: the runtimes are this machine's, as is whoever calls. */
export function answerLocalServices(
  runtimes: Runtimes,
  caller: Caller,
): (req: IncomingMessage, res: ServerResponse) => void {
  return connectNodeAdapter({
    ...rpcOptions(() => caller),
    routes: (router) => {
      router.service(RuntimeService, runtimeService({ runtimes }));
    },
  });
}
