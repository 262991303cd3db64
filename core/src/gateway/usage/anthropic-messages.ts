import type { TokenUsage } from '../../pricing/token-usage.ts';
import { appendOutput, countOutput, type AnswerReading } from './answer-reading.ts';
import { countAt, isObject, objectAt, objectsAt, stringAt, type JsonObject } from './json-shape.ts';

/** A whole message: https://docs.anthropic.com/en/api/messages */
export function readMessage(message: JsonObject, reading: AnswerReading): void {
  const model = stringAt(message, 'model');
  if (model !== undefined) reading.model = model;
  for (const block of objectsAt(message, 'content')) appendOutput(reading, block['text']);
  readUsage(message, reading);
}

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
      return event['type'] === 'message_stop';
  }
}

function readDelta(delta: JsonObject, reading: AnswerReading): void {
  appendOutput(reading, delta['text']);
  countOutput(reading, delta['thinking'] ?? delta['partial_json']);
}

/** Anthropic counts cached input beside `input_tokens`, not in it; a later `usage` overrides what it repeats. */
function readUsage(holder: JsonObject, reading: AnswerReading): void {
  const usage = holder['usage'];
  if (!isObject(usage)) return;
  const before = reading.usage;
  const read = countAt(usage, 'cache_read_input_tokens') ?? before?.cacheReadTokens ?? 0;
  const written = countAt(usage, 'cache_creation_input_tokens');
  const kinds = cacheWrites(usage, written) ?? {
    cacheWrite5mTokens: before?.cacheWrite5mTokens ?? 0,
    cacheWrite1hTokens: before?.cacheWrite1hTokens ?? 0,
  };
  const plain = countAt(usage, 'input_tokens') ?? (before === undefined ? undefined : plainInput(before));
  if (plain === undefined) return;
  reading.usage = {
    inputTokens: plain + read + kinds.cacheWrite5mTokens + kinds.cacheWrite1hTokens,
    outputTokens: countAt(usage, 'output_tokens') ?? before?.outputTokens ?? 0,
    cacheReadTokens: read,
    ...kinds,
  };
}

/** How long what was written is kept; an answer that does not say means five minutes, the default. */
function cacheWrites(
  usage: JsonObject,
  written: number | undefined,
): Pick<TokenUsage, 'cacheWrite5mTokens' | 'cacheWrite1hTokens'> | undefined {
  const byLifetime = objectAt(usage, 'cache_creation');
  const forAnHour = countAt(byLifetime, 'ephemeral_1h_input_tokens') ?? 0;
  const forFiveMinutes = countAt(byLifetime, 'ephemeral_5m_input_tokens');
  if (written === undefined && forFiveMinutes === undefined && forAnHour === 0) return undefined;
  return {
    cacheWrite5mTokens: forFiveMinutes ?? Math.max(0, (written ?? 0) - forAnHour),
    cacheWrite1hTokens: forAnHour,
  };
}

function plainInput(usage: TokenUsage): number {
  return usage.inputTokens - usage.cacheReadTokens - usage.cacheWrite5mTokens - usage.cacheWrite1hTokens;
}
