import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'undici';
import { IdentityRefusal, Refusal } from '../../gateway/errors.ts';
import { isObject, objectsAt, stringAt } from '../../gateway/wire/json-shape.ts';
import { sendJson } from '../../gateway/wire/send-json.ts';
import type { Logger } from '../../logger.ts';
import { forward, signedHeaders, type Remote } from './forwarding.ts';
import type { LocalModels } from './local-models.ts';

/** The local models are there: nobody waits for long until a server is known not to be. */
const REMOTE_PATIENCE_MS = 5_000;

const MAX_LIST_BYTES = 16 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/** Both lists of models (contract section 1), which have the same form here. */
const LISTS: ReadonlySet<string> = new Set(['/v1/models', '/api/v0/models']);

export function isModelList({ method, url = '/' }: IncomingMessage): boolean {
  return method === 'GET' && LISTS.has(url.split('?', 1)[0] ?? '');
}

/**
 * Answers a list of models: those of this machine, then the server's, without those whose name is taken. While the
 * server does not answer, the local ones are all there is; without local ones the server's answer goes by untouched.
 *
 * @throws Refusal, IdentityRefusal if there is no list at all
 */
export async function answerMergedModels(
  req: IncomingMessage,
  res: ServerResponse,
  parts: { readonly remote: Remote; readonly local: LocalModels; readonly logger: Logger },
): Promise<void> {
  const { remote, local, logger } = parts;
  const own = await local.list();
  if (own.length === 0) return forward(req, res, { remote, body: EMPTY });
  const taken = new Set(own.map(({ id }) => id));
  const theirs = await remoteModels(req, remote).catch((cause: unknown) => {
    logger.warn({ reason: reasonOf(cause) }, "the team's models are missing from the list");
    return [];
  });
  const others = theirs.filter((model) => {
    const id = stringAt(model, 'id');
    return id !== undefined && !taken.has(id);
  });
  sendJson(res, 200, { object: 'list', data: [...own, ...others] });
}

async function remoteModels(req: IncomingMessage, remote: Remote) {
  const headers = await signedHeaders(req, remote);
  const { origin, pathname } = remote.server;
  const { statusCode, body } = await request(`${origin}${pathname.replace(/\/$/, '')}${req.url ?? ''}`, {
    headers: plain(headers),
    signal: AbortSignal.timeout(REMOTE_PATIENCE_MS),
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`HTTP ${statusCode}`);
  }
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MAX_LIST_BYTES) throw new Error('the list is too long');
  }
  const list: unknown = JSON.parse(text);
  if (!isObject(list)) throw new Error('no list');
  return objectsAt(list, 'data');
}

/** Without what would have the list answered compressed, or not at all. */
function plain(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!/^(accept-encoding|if-|range)/i.test(name)) kept.push(name, headers[i + 1] as string);
  }
  return kept;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Refusal || cause instanceof IdentityRefusal) return cause.message;
  const code = (cause as NodeJS.ErrnoException).code;
  return code ?? (cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message);
}
