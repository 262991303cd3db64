import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendRefusal, Refusal } from '../gateway/errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { isGatewayPath } from '../gateway/route.ts';
import { isLocalApiPath } from '../management/local-api.ts';
import { takeLabelsFromPath } from './labels-in-path.ts';
import { sendJson } from '../gateway/wire/send-json.ts';

export interface FrontDoor {
  readonly gateway: Gateway;
  /** Answers `/candela.v1.<Service>/<Method>`, unknown ones too. */
  readonly rpc: (req: IncomingMessage, res: ServerResponse) => void;
  /** Answers `POST /v1/traces`; never rejects. */
  readonly traces: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Answers `GET /metrics`; never rejects. */
  readonly metrics: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Answers `/_local/api/*`; never rejects. */
  readonly management: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Answers `GET /v1/models`; never rejects. */
  readonly models: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Throws, or rejects, with what is wrong. */
  readonly checkStores: () => Promise<void>;
  /** The page at `/`. */
  readonly page: (res: ServerResponse) => void;
}

/** Which part of Candela answers which path (contract section 1); the same for every host. */
export function createFrontDoor(parts: FrontDoor): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    takeLabelsFromPath(req);
    const url = req.url ?? '/';
    if (isGatewayPath(url)) {
      void parts.gateway(req, res);
      return;
    }
    if (url.startsWith('/candela.v1.')) {
      parts.rpc(req, res);
      return;
    }
    if (isLocalApiPath(url)) {
      void parts.management(req, res);
      return;
    }
    const [path = '/'] = url.split('?', 1);
    if (path === '/v1/traces' && req.method === 'POST') {
      void parts.traces(req, res);
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      notFound(res, path);
      return;
    }
    switch (path) {
      case '/healthz':
      case '/readyz':
        void answerHealth(parts, res);
        return;
      case '/metrics':
        void parts.metrics(req, res);
        return;
      case '/v1/models':
      case '/api/v0/models':
        void parts.models(req, res);
        return;
      case '/':
        parts.page(res);
        return;
      default:
        notFound(res, path);
    }
  };
}

async function answerHealth(parts: FrontDoor, res: ServerResponse): Promise<void> {
  try {
    await parts.checkStores();
    sendJson(res, 200, { status: 'ok' });
  } catch (cause) {
    sendJson(res, 503, {
      status: 'error',
      detail: cause instanceof Error ? cause.message : 'a store does not answer',
    });
  }
}

function notFound(res: ServerResponse, path = ''): void {
  sendRefusal(
    res,
    new Refusal('not_found_error', `there is nothing at ${JSON.stringify(path.slice(0, 128))}`),
  );
}
