import type { IncomingMessage } from 'node:http';

/** The names under which a developer's machine reaches itself. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Pages that editors show themselves; no web site can have such an origin. */
const EDITOR_ORIGIN = /^vscode-(webview|file):\/\//;

/**
 * Why a local server must not answer this request; `undefined` if it may.
 *
 * A web page anywhere can make a browser send requests to 127.0.0.1, under its own name (DNS rebinding) or
 * across sites. The first shows in `Host`, the second in `Origin`.
 */
export function crossSiteReason(req: IncomingMessage): string | undefined {
  const host = req.headers.host ?? header(req, ':authority') ?? '';
  if (!LOOPBACK.test(host)) return 'this server answers to localhost and 127.0.0.1 only';
  const { origin } = req.headers;
  if (origin === undefined || EDITOR_ORIGIN.test(origin)) return undefined;
  const authority = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  if (authority !== undefined && LOOPBACK.test(authority)) return undefined;
  return 'this server does not answer to web pages of other sites';
}

function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return typeof value === 'string' ? value : undefined;
}
