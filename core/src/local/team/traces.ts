import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { TraceService } from '@candela/proto/v1/trace_service';
import { Refusal } from '../../gateway/errors.ts';
import { ApiError } from '../../management/api-error.ts';
import type { Endpoint } from '../../management/local-api.ts';
import { limitFrom, SPANS_A_READ, traceLine, type TraceLine } from '../../management/traces.ts';
import { recordFromMessage } from '../../services/span-from-message.ts';
import { unreachable, type Remote } from './forwarding.ts';

const PATIENCE_MS = 10_000;

/**
 * `GET /_local/api/traces` in team mode: the latest spans of the last seven days that the team's server shows the
 * developer, an admin everybody's, in the form in which a daemon in solo mode lists its own.
 */
export function teamTraces({ server, identity }: Pick<Remote, 'server' | 'identity'>): Endpoint {
  const baseUrl = server.href.replace(/\/$/, '');
  const client = createClient(TraceService, createConnectTransport({ baseUrl, httpVersion: '1.1' }));
  return async ({ query }) => {
    const limit = limitFrom(query);
    const pageSize = Math.min(limit, SPANS_A_READ);
    const lines = new Map<string, TraceLine>();
    try {
      const call = { headers: await headersOf(identity), signal: AbortSignal.timeout(PATIENCE_MS) };
      let pageToken = '';
      for (let read = 0; read < limit; read += pageSize) {
        const { spans, pagination } = await client.searchSpans({ pagination: { pageSize, pageToken } }, call);
        for (const span of spans) lines.set(span.spanId, traceLine(recordFromMessage(span, '')));
        pageToken = pagination?.nextPageToken ?? '';
        if (pageToken === '') break;
      }
    } catch (cause) {
      throw failureOf(cause);
    }
    const latest = [...lines.values()].slice(0, limit);
    return { body: { spans: latest, count: latest.length } };
  };
}

async function headersOf(identity: Remote['identity']): Promise<Headers> {
  const signed: string[] = [];
  await identity.sign(signed);
  const headers = new Headers();
  for (let at = 0; at + 1 < signed.length; at += 2)
    headers.set(signed[at] as string, signed[at + 1] as string);
  return headers;
}

function failureOf(cause: unknown): unknown {
  if (cause instanceof Refusal) return new ApiError(cause.status, cause.message, { cause });
  if (!(cause instanceof ConnectError)) return cause;
  if (cause.code === Code.Unauthenticated) return new ApiError(401, cause.rawMessage, { cause });
  if (cause.code === Code.PermissionDenied) return new ApiError(403, cause.rawMessage, { cause });
  const { message } = unreachable(cause.cause instanceof Error ? cause.cause : cause);
  return new ApiError(502, message, { cause });
}
