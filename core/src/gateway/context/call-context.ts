import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../clock.ts';
import { attributionFrom, type Attribution } from './attribution.ts';
import { SESSION_ID } from './attribution-ids.ts';
import { requestIdFrom } from './request-id.ts';
import { traceContextFrom, type TraceContext } from './trace-context.ts';

/** What is known of a call before anything is decided. */
export interface CallContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** `''` where the client gave none. */
  readonly sessionId: string;
  readonly attribution: Attribution;
  readonly startedAtUnixMs: number;
  readonly startedAtMonotonicMs: number;
}

export function callContextOf(req: IncomingMessage, clock: Clock): CallContext {
  const sessionId = single(req.headers['x-session-id']) ?? '';
  return {
    requestId: requestIdFrom(single(req.headers['x-request-id'])),
    trace: traceContextFrom(single(req.headers['traceparent'])),
    sessionId: SESSION_ID.test(sessionId) ? sessionId : '',
    attribution: attributionFrom((name) => single(req.headers[name])),
    startedAtUnixMs: clock.nowUnixMs(),
    startedAtMonotonicMs: clock.monotonicMs(),
  };
}

/** The headers Candela adds to every answer of the gateway, names and values in turn. */
export function contextHeaders(context: CallContext): string[] {
  return [
    'X-Request-ID',
    context.requestId,
    'X-Candela-Trace-Id',
    context.trace.traceId,
    'X-Candela-Span-Id',
    context.trace.spanId,
  ];
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
