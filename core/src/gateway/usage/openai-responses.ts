import { appendOutput, countOutput, type AnswerReading } from './answer-reading.ts';
import type { AnswerReaders } from './any-form-meter.ts';
import { objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { openAiUsage, tellsOutput } from './openai-usage.ts';

/** A whole response: https://platform.openai.com/docs/api-reference/responses/object */
export function readResponse(response: JsonObject, reading: AnswerReading): void {
  const model = stringAt(response, 'model');
  if (model !== undefined) reading.model = model;
  for (const item of objectsAt(response, 'output')) {
    for (const part of objectsAt(item, 'content')) appendOutput(reading, part['text']);
  }
  readUsage(response, reading);
}

/** The events that carry the finished response, each the last of its stream. */
export const LAST_RESPONSES_EVENTS: readonly string[] = [
  'response.completed',
  'response.incomplete',
  'response.failed',
];

/** One event: https://platform.openai.com/docs/api-reference/responses-streaming */
export function readResponsesEvent(event: JsonObject, reading: AnswerReading): boolean {
  if (event['type'] === 'response.output_text.delta') {
    appendOutput(reading, event['delta']);
    return false;
  }
  // Reasoning summaries, refusals and the arguments of tool calls come as deltas too.
  if (typeof event['delta'] === 'string') countOutput(reading, event['delta']);
  if (event['type'] === 'error')
    reading.error = stringAt(event, 'message') ?? 'the provider reported an error';
  if (!LAST_RESPONSES_EVENTS.includes(stringAt(event, 'type') ?? '')) return false;
  const response = objectAt(event, 'response');
  const model = stringAt(response, 'model');
  if (model !== undefined) reading.model = model;
  const failure = stringAt(objectAt(response, 'error'), 'message');
  if (failure !== undefined) reading.error = failure;
  readUsage(response, reading);
  return true;
}

function readUsage(response: JsonObject, reading: AnswerReading): void {
  if (response['service_tier'] === 'flex') reading.tier = 'flex';
  const told = objectAt(response, 'usage');
  const usage = openAiUsage(told);
  if (usage === undefined) return;
  reading.usage = usage;
  reading.isOutputUntold = !tellsOutput(told);
}

/** How answers of the Responses API are read. */
export const RESPONSES_READERS: AnswerReaders = {
  whole: readResponse,
  event: readResponsesEvent,
  lastEvents: LAST_RESPONSES_EVENTS,
};
