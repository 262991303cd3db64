import type { AnswerReading } from './answer-reading.ts';
import { countAt, objectAt, type JsonObject } from '../wire/json-shape.ts';
import { readChatAnswer, readChatChunk } from './openai-chat.ts';

/**
 * Gemini's answers in OpenAI's format. Thoughts are output and are not counted in `completion_tokens`; only the
 * total has them. https://ai.google.dev/gemini-api/docs/openai
 */
export function readGeminiOaiAnswer(answer: JsonObject, reading: AnswerReading): void {
  readChatAnswer(answer, reading);
  addThoughts(answer, reading);
}

/** One chunk of a stream; asked for the usage, Gemini tells it in every chunk, each time that of all so far. */
export function readGeminiOaiChunk(chunk: JsonObject, reading: AnswerReading): boolean {
  const isLast = readChatChunk(chunk, reading);
  addThoughts(chunk, reading);
  return isLast;
}

function addThoughts(answer: JsonObject, reading: AnswerReading): void {
  const total = countAt(objectAt(answer, 'usage'), 'total_tokens');
  const { usage } = reading;
  if (total === undefined || usage === undefined) return;
  const outputTokens = Math.max(usage.outputTokens, total - usage.inputTokens);
  reading.usage = { ...usage, outputTokens };
}
