import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal, Refusal } from '../../gateway/errors.ts';
import { keepBody, readBody } from '../../gateway/gates/body.ts';
import { isGatewayPath } from '../../gateway/route.ts';
import { Upstream } from '../../gateway/upstream.ts';
import { takeLabelsFromPath } from '../../http/labels-in-path.ts';
import { sendJson } from '../../gateway/wire/send-json.ts';
import type { Logger } from '../../logger.ts';
import type { Runtimes } from '../../runtimes/runtimes.ts';
import { createTeamLocalApi, isLocalPath, LOCAL_USER } from './local-api.ts';
import { answerLocalServices, isLocalServicePath } from './local-services.ts';
import { forward, type Remote } from './forwarding.ts';
import { LocalModels, type LocalModelsOptions } from './local-models.ts';
import { answerMergedModels, isModelList } from './merged-models.ts';
import { createRemoteIdentity, type IdentityMode } from './remote-identity.ts';
import { sendFailure } from './send-failure.ts';

export interface TeamForwarderOptions {
  /** The server's address. */
  readonly remote: string;
  readonly identity: IdentityMode;
  /** `CANDELA_HOME` */
  readonly home: string;
  readonly runtimes: Runtimes;
  readonly local: LocalModelsOptions;
  readonly logger: Logger;
}

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Team mode: what comes in goes to the team's server, which knows budgets, prices and traces; so what an editor sees
 * here is what the server enforces. Answered here is what is about this machine, and calls of models that its own
 * runtime has.
 */
export function createTeamForwarder(options: TeamForwarderOptions): {
  readonly handle: Handle;
  close(): Promise<void>;
} {
  const { logger, runtimes, home } = options;
  const server = new URL(options.remote);
  const identity = createRemoteIdentity({ mode: options.identity, home, logger });
  const remote: Remote = { server, upstream: new Upstream(), identity };
  const local = new LocalModels(options.local);
  const localApi = createTeamLocalApi(remote, logger, runtimes);
  const services = answerLocalServices(runtimes, LOCAL_USER);

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = req.url ?? '/';
    if (url.startsWith('/proxy/local/')) return local.handle(req, res);
    if (isModelList(req)) return answerMergedModels(req, res, { remote, local, logger });
    const body = await readBody(req);
    if (req.method === 'POST' && isRoutedByModel(url) && (await local.has(pathOf(url), body))) {
      keepBody(req, body);
      return local.handle(req, res);
    }
    return forward(req, res, { remote, body });
  };

  return {
    handle(req, res) {
      takeLabelsFromPath(req);
      const url = req.url ?? '/';
      if (url === '/healthz') sendJson(res, 200, { status: 'ok' });
      else if (isLocalPath(url)) void localApi.handle(req, res);
      else if (isLocalServicePath(url)) services(req, res);
      else {
        answer(req, res).catch((cause: unknown) => {
          const failure = failureOf(cause);
          logger.warn({ err: cause, remote: server.host }, 'could not forward to the team server');
          sendFailure(req, res, failure);
        });
      }
    },
    async close() {
      await localApi.close();
      await local.close();
      await remote.upstream.close();
    },
  };
}

function failureOf(cause: unknown): Refusal | IdentityRefusal {
  if (cause instanceof Refusal || cause instanceof IdentityRefusal) return cause;
  return new Refusal('upstream_error', 'the call could not be forwarded', { cause });
}

/** Whether the body's `model` decides who answers. */
function isRoutedByModel(url: string): boolean {
  return isGatewayPath(url) && !url.startsWith('/proxy/');
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '/';
}
