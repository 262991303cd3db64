import { Code, ConnectError } from '@connectrpc/connect';
import type { Caller } from '../gateway/gates/identity.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import type { SpanReader } from '../storage/span-store.ts';
import { notFound } from './errors.ts';

/**
 * The spans of a trace that the caller may see: an admin all, a developer those of a trace with a call of their
 * own in it.
 *
 * @throws ConnectError `not_found` for a trace that is not there, `permission_denied` for someone else's.
 */
export async function visibleTrace(
  reader: SpanReader,
  traceId: string,
  caller: Caller,
): Promise<readonly SpanRecord[]> {
  const spans = await reader.getTrace(traceId);
  if (spans.length === 0) throw notFound('trace_id: there is no such trace');
  if (caller.role === 'admin') return spans;
  const own = spans.filter((span) => span.userId === caller.userId);
  if (own.length === 0)
    throw new ConnectError("trace_id: the trace is someone else's", Code.PermissionDenied);
  return own;
}
