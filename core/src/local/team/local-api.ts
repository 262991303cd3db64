import type { IncomingMessage, ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { systemClock } from '../../clock.ts';
import { unreachableReason } from '../../gateway/upstream.ts';
import type { Logger } from '../../logger.ts';
import { ApiError } from '../../management/api-error.ts';
import { createLocalApi, type Endpoint } from '../../management/local-api.ts';
import type { Caller } from '../../gateway/gates/identity.ts';
import { VERSION } from '../../version.ts';
import { runtimeEndpoints } from '../../runtimes/endpoints.ts';
import type { Runtimes } from '../../runtimes/runtimes.ts';
import type { Remote } from './forwarding.ts';
import { teamTraces } from './traces.ts';

/** Only this machine's user gets as far as this daemon, and what it answers by itself is theirs. */
export const LOCAL_USER: Caller = { userId: 'local', email: '', role: 'admin' };

const REMOTE_PATIENCE_MS = 2_000;

/** Whether the daemon answers this path itself, although the team's server answers everything else. */
export function isLocalPath(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === '/_local' || path.startsWith('/_local/');
}

/**
 * `/_local/*` in team mode, never forwarded: what it speaks of is this machine.
 *
 * `GET /_local/api/health` is
 *
 *     {"status": "ok",      // "degraded": the team's server does not answer, or says that it cannot work
 *      "version": "0.1.0", "mode": "team", "uptime_seconds": 3600,
 *      "remote": {"host": "candela.example.com", "answers": true, "http_status": 200}}  // or false, "detail": "…"
 *
 * Traces are the server's, too, and are asked of it by the service that shows developers their own. Settings are not: to
 * forward would let an admin who means this machine change everybody's prices; so it is said where they are.
 */
export function createTeamLocalApi(
  remote: Pick<Remote, 'server' | 'identity'>,
  logger: Logger,
  runtimes: Runtimes,
): {
  readonly handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  close(): Promise<void>;
} {
  const { server } = remote;
  const pool = new Pool(server.origin, {
    connect: { timeout: REMOTE_PATIENCE_MS },
    headersTimeout: REMOTE_PATIENCE_MS,
    bodyTimeout: REMOTE_PATIENCE_MS,
  });
  const settings: Endpoint = () => {
    throw new ApiError(
      404,
      `in team mode the server has the settings: an admin asks ${server.origin}/_local/api`,
    );
  };
  const handle = createLocalApi({
    logger,
    identify: () => LOCAL_USER,
    endpoints: {
      health: { GET: health(pool, server) },
      traces: { GET: teamTraces(remote) },
      config: { GET: settings, POST: settings, DELETE: settings },
      'config/caching': { GET: settings, POST: settings },
      ...runtimeEndpoints(runtimes),
    },
  });
  return { handle, close: () => pool.destroy() };
}

function health(pool: Pool, server: URL): Endpoint {
  const startedMs = systemClock.monotonicMs();
  return async () => {
    const remote = await askRemote(pool, server);
    return {
      body: {
        status: remote.answers && remote.http_status < 500 ? 'ok' : 'degraded',
        version: VERSION,
        mode: 'team',
        uptime_seconds: Math.floor((systemClock.monotonicMs() - startedMs) / 1000),
        remote: { host: server.host, ...remote },
      },
    };
  };
}

type RemoteAnswer =
  | { readonly answers: true; readonly http_status: number }
  | { readonly answers: false; readonly detail: string };

/** A server behind IAP answers whoever brings no identity, too: with a refusal. */
async function askRemote(pool: Pool, server: URL): Promise<RemoteAnswer> {
  try {
    const path = `${server.pathname.replace(/\/$/, '')}/healthz`;
    const { statusCode, body } = await pool.request({ path, method: 'GET' });
    await body.dump();
    return { answers: true, http_status: statusCode };
  } catch (cause) {
    return { answers: false, detail: unreachableReason(cause as Error) };
  }
}
