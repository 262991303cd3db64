import { randomBytes } from 'node:crypto';
import { asNanoUsd, type NanoUsd } from '../../money/index.ts';
import type { GenAiRecord, SpanRecord } from '../../spans/span-record.ts';

/** 2026-03-04 05:06:07.000000 UTC. */
export const START_US = 1_772_600_767_000_000;
export const MINUTE_US = 60_000_000;

/** A tool span with nothing special about it, in a trace of its own. */
export function aSpan(special: Partial<SpanRecord> = {}): SpanRecord {
  return {
    spanId: randomBytes(8).toString('hex'),
    traceId: randomBytes(16).toString('hex'),
    parentSpanId: '',
    name: 'look something up',
    kind: 'tool',
    status: 'ok',
    statusMessage: '',
    startTimeUnixUs: START_US,
    durationNs: 1_000_000,
    projectId: '',
    environment: '',
    serviceName: '',
    userId: '',
    sessionId: '',
    tenantId: '',
    jobId: '',
    traceGroup: '',
    attributes: [],
    labels: {},
    ...special,
  };
}

/** A language-model call; `usage` is what is special about its model, tokens and cost. */
export function anLlmSpan(special: Partial<SpanRecord> = {}, usage: Partial<GenAiRecord> = {}): SpanRecord {
  return aSpan({
    name: 'chat gpt-4o',
    kind: 'llm',
    genAi: {
      model: 'gpt-4o',
      provider: 'openai',
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheCreationTokens: 0,
      costNanoUsd: nano(0n),
      inputContent: '',
      outputContent: '',
      ...usage,
    },
    ...special,
  });
}

export function nano(amount: bigint): NanoUsd {
  return asNanoUsd(amount);
}
