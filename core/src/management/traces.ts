import type { Clock } from '../clock.ts';
import { usdFromNanoUsd, ZERO_NANO_USD } from '../money/index.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import type { SpanFilter, SpanReader } from '../storage/span-store.ts';
import { ApiError } from './api-error.ts';
import type { Endpoint } from './local-api.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A span may hold two MiB of text that nobody asked for here, so only so many are in memory at a time. */
export const SPANS_A_READ = 50;

/** Looked through first: a store that is charged by what it reads has the whole of years. */
const RECENT_MS = 7 * 24 * 60 * 60 * 1000;

/** Clocks of others run ahead. */
const END_OF_TIME_US = Number.MAX_SAFE_INTEGER;

/** One span of `GET /_local/api/traces`; what is not known is empty or 0. */
export interface TraceLine {
  readonly span_id: string;
  readonly trace_id: string;
  readonly model: string;
  readonly provider: string;
  /** Those read from and written to a cache included. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly cost_usd: number;
  readonly duration_ms: number;
  readonly status: string;
  /** When it began: ISO 8601, UTC. */
  readonly timestamp: string;
}

/**
 * `GET /_local/api/traces?limit=`: the latest spans of everyone, newest first, those of calls that have just ended
 * included. `{"spans": TraceLine[], "count": how many these are}`.
 *
 * @param spans a reader of one's own writes.
 */
export function listTraces(spans: Pick<SpanReader, 'searchSpans'>, clock: Clock): Endpoint {
  return async ({ query }) => {
    const limit = limitFrom(query);
    const startUnixUs = (clock.nowUnixMs() - RECENT_MS) * 1000;
    const recent = await latest(spans, { window: { startUnixUs, endUnixUs: END_OF_TIME_US } }, limit);
    const lines = recent.length === limit ? recent : await latest(spans, {}, limit);
    return { body: { spans: lines, count: lines.length } };
  };
}

async function latest(
  spans: Pick<SpanReader, 'searchSpans'>,
  filter: SpanFilter,
  limit: number,
): Promise<readonly TraceLine[]> {
  const lines = new Map<string, TraceLine>();
  for (let offset = 0; offset < limit; offset += SPANS_A_READ) {
    const page = { offset, limit: Math.min(SPANS_A_READ, limit - offset) };
    const { spans: found } = await spans.searchSpans(filter, page);
    // A span that was written between two reads has moved others to the next page, where they are met again.
    for (const span of found) lines.set(span.spanId, traceLine(span));
    if (found.length < page.limit) break;
  }
  return [...lines.values()];
}

/** @throws ApiError 400 */
export function limitFrom(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ApiError(
    400,
    `limit: must be a whole number from 1 to ${MAX_LIMIT}, or left out for ${DEFAULT_LIMIT}`,
  );
}

/** A span in that form. */
export function traceLine({
  spanId,
  traceId,
  genAi,
  durationNs,
  status,
  startTimeUnixUs,
}: SpanRecord): TraceLine {
  const { inputTokens = 0, outputTokens = 0 } = genAi ?? {};
  return {
    span_id: spanId,
    trace_id: traceId,
    model: genAi?.model ?? '',
    provider: genAi?.provider ?? '',
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    cost_usd: usdFromNanoUsd(genAi?.costNanoUsd ?? ZERO_NANO_USD),
    duration_ms: durationNs / 1e6,
    status,
    timestamp: new Date(startTimeUnixUs / 1000).toISOString(),
  };
}
