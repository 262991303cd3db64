import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal } from '../gateway/errors.ts';
import type { Caller, Identify } from '../gateway/gates/identity.ts';
import { sendJson } from '../gateway/wire/send-json.ts';
import type { Logger } from '../logger.ts';
import { ApiError } from './api-error.ts';
import { readJson, requireJson } from './json-body.ts';

export interface ApiRequest {
  readonly caller: Caller;
  readonly query: URLSearchParams;
  /** The body of a POST. @throws ApiError */
  json(): Promise<unknown>;
}

export interface ApiAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly body: object;
}

/** Answers one method of one path. What it throws besides an `ApiError` is logged and answered 500. */
export type Endpoint = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

type Method = 'GET' | 'POST' | 'DELETE';

/** By what follows `/_local/api/`. A GET answers HEAD, too. */
export type Endpoints = Readonly<Record<string, Readonly<Partial<Record<Method, Endpoint>>>>>;

export interface LocalApiOptions {
  readonly endpoints: Endpoints;
  readonly identify: Identify;
  readonly logger: Logger;
}

const PREFIX = '/_local/api/';

/** Whether the management API answers this path, be there anything or not. */
export function isLocalApiPath(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === '/_local/api' || path.startsWith(PREFIX);
}

/**
 * Answers `/_local/api/*` (contract section 8), to admins: the one user of a developer's machine is one. Every
 * failure is `{"error": text}`. The host keeps other sites' pages away (`crossSiteReason`).
 *
 * @returns a handler that never rejects.
 */
export function createLocalApi(
  options: LocalApiOptions,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      const { status = 200, body } = await answer(req, options);
      send(res, status, body);
    } catch (cause) {
      refuse(res, cause, options.logger);
    }
  };
}

async function answer(req: IncomingMessage, { endpoints, identify }: LocalApiOptions): Promise<ApiAnswer> {
  const caller = await identify((name) => singleHeader(req, name));
  if (caller.role !== 'admin') throw new ApiError(403, 'only an admin may do this: ask one of yours');
  const [path = '', query = ''] = (req.url ?? '').split('?', 2);
  const name = path.slice(PREFIX.length);
  const methods = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (methods === undefined) {
    const known = Object.keys(endpoints).map((one) => PREFIX + one);
    throw new ApiError(404, `there is nothing at this path: there are ${known.join(', ')}`);
  }
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  const endpoint = Object.hasOwn(methods, method ?? '') ? methods[method as Method] : undefined;
  if (endpoint === undefined) {
    const allow = Object.keys(methods).join(', ');
    throw new ApiError(405, `${PREFIX}${name} takes ${allow}`, { headers: { allow } });
  }
  if (method === 'POST') requireJson(req);
  return endpoint({ caller, query: new URLSearchParams(query), json: () => readJson(req) });
}

function refuse(res: ServerResponse, cause: unknown, logger: Logger): void {
  if (cause instanceof ApiError) {
    for (const [name, value] of Object.entries(cause.headers)) res.setHeader(name, value);
    send(res, cause.status, { error: cause.message });
    return;
  }
  if (cause instanceof IdentityRefusal) {
    send(res, cause.status, { error: cause.message });
    return;
  }
  logger.error({ err: cause }, 'the management API failed');
  send(res, 500, { error: 'Candela could not do this: its log says why' });
}

function send(res: ServerResponse, status: number, body: object): void {
  // Whoever asked may have left meanwhile.
  if (res.headersSent || res.destroyed) return;
  res.setHeader('cache-control', 'no-store');
  sendJson(res, status, body);
}

function singleHeader(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
