import { durationMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { SpanStatus, type TraceSummary } from '@candela/proto/types/trace';
import type { CandelaApi } from '../connection/candela-api.ts';

/** A trace as a list shows it. */
export interface RecentTrace {
  readonly traceId: string;
  /** Who made its calls; `''` where that is not known. An admin sees everybody's. */
  readonly userId: string;
  /** Of the dearest call; `''` where there was none. */
  readonly model: string;
  readonly provider: string;
  readonly costUsd: number;
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly startedAtUnixMs: number;
  readonly durationMs: number;
  readonly hasFailed: boolean;
}

/** The newest traces first, at most `limit` (1…1000). @throws ConnectError */
export async function listRecentTraces(
  api: CandelaApi,
  limit: number,
  signal: AbortSignal,
): Promise<readonly RecentTrace[]> {
  const request = { orderBy: 'start_time', descending: true, pagination: { pageSize: limit } };
  const { traces } = await api.traces.listTraces(request, { signal });
  return traces.map(toRecentTrace);
}

/**
 * The newest of a user's own: an admin is listed everybody's, and means their own by “the last”. The newest of all where
 * it is not known who that is.
 */
export function newestOwnTrace(
  traces: readonly RecentTrace[],
  ownUserId: string | undefined,
): RecentTrace | undefined {
  return ownUserId === undefined
    ? traces[0]
    : traces.find(({ userId }) => userId === '' || userId === ownUserId);
}

function toRecentTrace(trace: TraceSummary): RecentTrace {
  return {
    traceId: trace.traceId,
    userId: trace.userId,
    model: trace.primaryModel,
    provider: trace.primaryProvider,
    costUsd: trace.totalCostUsd,
    tokens: Number(trace.totalTokens),
    startedAtUnixMs: trace.startTime ? timestampMs(trace.startTime) : 0,
    durationMs: trace.duration ? durationMs(trace.duration) : 0,
    hasFailed: trace.status === SpanStatus.ERROR,
  };
}
