import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, sendRefusal } from '../gateway/errors.ts';
import { readBody } from '../gateway/gates/body.ts';
import { PassThrough } from '../gateway/pass-through.ts';
import { Relay } from '../gateway/relay.ts';
import { unreachableReason, Upstream } from '../gateway/upstream.ts';
import { headersForNextHop } from '../gateway/wire/headers.ts';
import { sendJson } from '../http/send-json.ts';
import type { Logger } from '../logger.ts';

/**
 * Team mode: whatever comes in goes to the team's server, which knows budgets, prices and traces; so what an
 * editor sees here is what the server enforces. Only this process's own health is answered here.
 */
export function createTeamForwarder(
  remote: string,
  logger: Logger,
): { readonly handle: (req: IncomingMessage, res: ServerResponse) => void; close(): Promise<void> } {
  const upstream = new Upstream();
  const server = new URL(remote);
  return {
    handle(req, res) {
      if (req.url === '/healthz') {
        sendJson(res, 200, { status: 'ok' });
        return;
      }
      forward(req, res, { upstream, server }).catch((cause: unknown) => {
        const refusal =
          cause instanceof Refusal
            ? cause
            : new Refusal('upstream_error', 'the call could not be forwarded', { cause });
        logger.warn({ err: cause, remote: server.host }, 'could not forward to the team server');
        sendRefusal(res, refusal);
      });
    },
    close: () => upstream.close(),
  };
}

async function forward(
  req: IncomingMessage,
  res: ServerResponse,
  to: { readonly upstream: Upstream; readonly server: URL },
): Promise<void> {
  const body = await readBody(req);
  const headers = headersForNextHop(req.rawHeaders);
  await new Promise<void>((resolve, reject) => {
    const relay = new Relay(res, new PassThrough(), [], {
      over: resolve,
      failed: reject,
      noAnswer: (cause) =>
        reject(
          new Refusal(
            'upstream_error',
            `could not reach the team's Candela server: ${unreachableReason(cause)}`,
            {
              cause,
            },
          ),
        ),
    });
    to.upstream.send(to.server, req.method ?? 'GET', { path: req.url ?? '/', headers, body }, relay);
  });
}
