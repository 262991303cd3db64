import { createHash } from 'node:crypto';
import type { NanoUsd } from '../../money/index.ts';
import { llmSpan } from '../llm-span.ts';
import type { SpanRecord } from '../../spans/span-record.ts';
import type { BatchRecord } from '../../storage/batch-store.ts';
import type { Provider } from '../providers/provider.ts';
import type { ResultsTally } from './results-tally.ts';

/**
 * The id of the one span that a batch leaves. It is made from what the results are asked for by, so that whoever reads
 * them, through whichever process and however often, means the same span, which the ledger charges once.
 */
export function batchSpanId(provider: string, resultsId: string): string {
  const digits = createHash('sha256').update(`batch results\n${provider}\n${resultsId}`).digest('hex');
  return digits.slice(0, 16);
}

export interface SettledBatch {
  readonly provider: Provider;
  readonly resultsId: string;
  /** Who created it; for one that nobody remembers, who reads it. */
  readonly origin: Pick<BatchRecord, 'context' | 'userId' | 'operation' | 'models'> & {
    readonly batchId?: string;
  };
  readonly total: ReturnType<ResultsTally['total']>;
}

/**
 * All requests of a batch as one span, at the time of its creation, which is the day it is charged to. OpenTelemetry
 * has no name for batches (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/), so the operation is that
 * of the requests. It has no duration, because a batch's hours would drown the seconds of calls in every percentile.
 */
export function batchSpan({ provider, resultsId, origin, total }: SettledBatch): SpanRecord {
  const { context, userId, operation, batchId } = origin;
  const [model = origin.models[0] ?? ''] = total.models;
  const span = llmSpan({
    context: {
      ...context,
      trace: { ...context.trace, spanId: batchSpanId(provider.name, resultsId) },
      startedAtMonotonicMs: 0,
    },
    ...{ userId, provider: provider.name, system: provider.system, operation },
    requestModel: origin.models[0] ?? model,
    responseModel: total.models[0],
    request: {},
    isStream: false,
    httpStatus: 200,
    usage: total.usage,
    isEstimate: total.unreadable > 0,
    cost: total.cost satisfies NanoUsd,
    ...{ durationMs: 0, ttfbMs: undefined, inputContent: '', outputContent: '' },
  });
  return {
    ...span,
    name: `batch ${operation} ${model}`,
    attributes: [
      ...span.attributes,
      { key: 'candela.batch_id', value: batchId ?? resultsId },
      { key: 'candela.batch_requests', value: BigInt(total.succeeded + total.failed) },
      { key: 'candela.batch_requests_succeeded', value: BigInt(total.succeeded) },
      { key: 'candela.batch_requests_failed', value: BigInt(total.failed) },
      ...(total.models.length > 1
        ? [{ key: 'candela.batch_models', value: total.models.join(',').slice(0, 4096) }]
        : []),
    ],
  };
}
