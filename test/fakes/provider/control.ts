import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import type { ScriptRule } from './script.ts';
import type { FakeState } from './state.ts';

const PREFIX = '/_control/';

/** Whether a request is the test's own, not the gateway's. These are not recorded. */
export function isControl({ url = '' }: IncomingMessage): boolean {
  return url.startsWith(PREFIX);
}

/** `GET requests` · `PUT script` (a list of rules) · `POST reset` · `POST release` */
export async function runControl(
  request: IncomingMessage,
  response: ServerResponse,
  { journal, script, hold }: FakeState,
): Promise<void> {
  const { text } = await readBody(request);
  switch (`${request.method} ${(request.url ?? '').slice(PREFIX.length)}`) {
    case 'GET requests':
      return reply(response, 200, journal.entries());
    case 'PUT script':
      // Only start.ts calls this, with typed rules.
      script.set(JSON.parse(text) as ScriptRule[]);
      return reply(response, 200, {});
    case 'POST reset':
      journal.clear();
      script.set([]);
      hold.release();
      return reply(response, 200, {});
    case 'POST release':
      hold.release();
      return reply(response, 200, {});
    default:
      return reply(response, 404, { error: `no such control: ${request.method} ${request.url}` });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
