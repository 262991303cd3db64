import type { TokenUsage } from '../../pricing/token-usage.ts';
import { appendOutput, countOutput, type AnswerReading } from './answer-reading.ts';
import type { AnswerReaders } from './any-form-meter.ts';
import type { BesideUse } from './beside-use.ts';
import { countAt, isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';

/** A whole message: https://docs.anthropic.com/en/api/messages */
export function readMessage(message: JsonObject, reading: AnswerReading): void {
  const model = stringAt(message, 'model');
  if (model !== undefined) reading.model = model;
  for (const block of objectsAt(message, 'content')) appendOutput(reading, block['text']);
  readUsage(message, reading);
}

/** The event that ends a stream. */
export const LAST_MESSAGE_EVENTS: readonly string[] = ['message_stop'];

/**
 * One event of a stream. `message_start` tells the input, `message_delta` the output so far (and may correct
 * the input), `message_stop` is the last word. https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function readMessageEvent(event: JsonObject, reading: AnswerReading): boolean {
  switch (event['type']) {
    case 'message_start':
      readMessage(objectAt(event, 'message'), reading);
      return false;
    case 'content_block_delta':
      readDelta(objectAt(event, 'delta'), reading);
      return false;
    case 'message_delta':
      readUsage(event, reading);
      return false;
    case 'error':
      reading.error = stringAt(objectAt(event, 'error'), 'message') ?? 'the provider reported an error';
      return false;
    default:
      return LAST_MESSAGE_EVENTS.includes(stringAt(event, 'type') ?? '');
  }
}

function readDelta(delta: JsonObject, reading: AnswerReading): void {
  appendOutput(reading, delta['text']);
  countOutput(reading, delta['thinking'] ?? delta['partial_json']);
}

/** A count that is there and is none makes what was told before it out of date. */
function outputBefore(usage: JsonObject, before: TokenUsage | undefined): number {
  return (usage['output_tokens'] ?? null) === null ? (before?.outputTokens ?? 0) : 0;
}

type CacheWrites = Pick<TokenUsage, 'cacheWrite5mTokens' | 'cacheWrite1hTokens'>;

/** Anthropic counts cached input beside `input_tokens`, not in it; a later `usage` overrides what it repeats. */
function readUsage(holder: JsonObject, reading: AnswerReading): void {
  const usage = holder['usage'];
  if (!isObject(usage)) return;
  if (usage['inference_geo'] === 'us') reading.tier = 'us';
  const tokens = tokensIn(usage, reading.usage);
  if (tokens !== undefined) {
    reading.usage = tokens;
    // A later usage may leave out what an earlier one has told.
    if ((usage['output_tokens'] ?? null) !== null || reading.isOutputUntold === undefined)
      reading.isOutputUntold = countAt(usage, 'output_tokens') === undefined;
  }
  if (Array.isArray(usage['iterations'])) reading.besides = objectsAt(usage, 'iterations').flatMap(besideUse);
}

function tokensIn(usage: JsonObject, before?: TokenUsage): TokenUsage | undefined {
  const read = countAt(usage, 'cache_read_input_tokens') ?? before?.cacheReadTokens ?? 0;
  const kinds = cacheWrites(usage, before);
  const plain = countAt(usage, 'input_tokens') ?? (before === undefined ? undefined : plainInput(before));
  if (plain === undefined) return undefined;
  return {
    inputTokens: plain + read + kinds.cacheWrite5mTokens + kinds.cacheWrite1hTokens,
    outputTokens: countAt(usage, 'output_tokens') ?? outputBefore(usage, before),
    cacheReadTokens: read,
    ...kinds,
  };
}

/**
 * What the counts of a whole message leave out: to shorten the conversation, and to ask another model for advice.
 * https://platform.claude.com/docs/en/build-with-claude/compaction
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 */
function besideUse(iteration: JsonObject): BesideUse[] {
  const { type } = iteration;
  const usage = type === 'compaction' || type === 'advisor_message' ? tokensIn(iteration) : undefined;
  if (usage === undefined) return [];
  const model = stringAt(iteration, 'model');
  return [{ usage, ...(model !== undefined && { model }) }];
}

/**
 * How long what was written is kept. Only `cache_creation` says so: a `message_delta` repeats the sum without it,
 * so what was told before still divides it. Where nobody ever says, it is five minutes, the default.
 */
function cacheWrites(usage: JsonObject, before: TokenUsage | undefined): CacheWrites {
  const byLifetime = objectAt(usage, 'cache_creation');
  const forFiveMinutes = countAt(byLifetime, 'ephemeral_5m_input_tokens');
  const forAnHour = countAt(byLifetime, 'ephemeral_1h_input_tokens');
  const written = countAt(usage, 'cache_creation_input_tokens') ?? sumOf(before);
  const cacheWrite1hTokens = forAnHour ?? Math.min(written, before?.cacheWrite1hTokens ?? 0);
  const rest = Math.max(0, written - cacheWrite1hTokens);
  // Where the sum says more than its parts do, the rest was written too.
  const isSumTold = countAt(usage, 'cache_creation_input_tokens') !== undefined;
  return {
    cacheWrite5mTokens: isSumTold ? Math.max(forFiveMinutes ?? 0, rest) : (forFiveMinutes ?? rest),
    cacheWrite1hTokens,
  };
}

function sumOf(writes: CacheWrites | undefined): number {
  return writes === undefined ? 0 : writes.cacheWrite5mTokens + writes.cacheWrite1hTokens;
}

function plainInput(usage: TokenUsage): number {
  return usage.inputTokens - usage.cacheReadTokens - usage.cacheWrite5mTokens - usage.cacheWrite1hTokens;
}

/** How Anthropic's answers are read. */
export const MESSAGE_READERS: AnswerReaders = {
  whole: readMessage,
  event: readMessageEvent,
  lastEvents: LAST_MESSAGE_EVENTS,
};
