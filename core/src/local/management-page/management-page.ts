import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import page from '../../../gen/management-page.json' with { type: 'json' };

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const BODY = Buffer.from(page.html);

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-length': BODY.length,
  'cache-control': 'no-store',
  'content-security-policy':
    `default-src 'none'; connect-src 'self'; style-src ${sha256(page.style)}; script-src ${sha256(page.script)};` +
    ` form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Answers `GET /_local/` with the management page, which shows and moves what `/_local/api` says; leaves everything
 * else to `handle`.
 */
export function withManagementPage(handle: Handle): Handle {
  return (req, res) => {
    const [path] = (req.url ?? '').split('?', 1);
    const isPage = path === '/_local' || path === '/_local/';
    if (!isPage || (req.method !== 'GET' && req.method !== 'HEAD')) {
      handle(req, res);
      return;
    }
    if (path === '/_local') {
      res.writeHead(308, { location: '/_local/' }).end();
      return;
    }
    res.writeHead(200, HEADERS);
    res.end(req.method === 'HEAD' ? undefined : BODY);
  };
}
