import { appendOutput, countOutput, type AnswerReading } from './answer-reading.ts';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { openAiUsage, tellsOutput } from './openai-usage.ts';

/**
 * Chat completions, older completions and embeddings, whole and as stream chunks: they differ in where a
 * choice keeps its text. https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function readChatAnswer(answer: JsonObject, reading: AnswerReading): void {
  const model = stringAt(answer, 'model');
  if (model !== undefined) reading.model = model;
  if (answer['service_tier'] === 'flex') reading.tier = 'flex';
  for (const choice of objectsAt(answer, 'choices')) {
    appendOutput(reading, choice['text']);
    readTurn(objectAt(choice, 'message'), reading);
    readTurn(objectAt(choice, 'delta'), reading);
  }
  readUsage(answer, reading);
}

/**
 * One chunk of a stream. The usage comes in one of its own, without choices, before `[DONE]`, which is the last
 * word. A client may well leave between the two, and is charged what the usage says.
 */
export function readChatChunk(chunk: JsonObject, reading: AnswerReading): boolean {
  readChatAnswer(chunk, reading);
  const { choices } = chunk;
  if (reading.usage !== undefined && Array.isArray(choices) && choices.length === 0) reading.complete = true;
  const error = chunk['error'];
  if (isObject(error)) reading.error = stringAt(error, 'message') ?? 'the provider reported an error';
  return false;
}

function readTurn(turn: JsonObject, reading: AnswerReading): void {
  appendOutput(reading, turn['content']);
  countOutput(reading, turn['refusal']);
  for (const call of objectsAt(turn, 'tool_calls'))
    countOutput(reading, objectAt(call, 'function')['arguments']);
}

function readUsage(answer: JsonObject, reading: AnswerReading): void {
  const told = objectAt(answer, 'usage');
  const usage = openAiUsage(told);
  if (usage === undefined) return;
  reading.usage = usage;
  reading.isOutputUntold = !tellsOutput(told);
}
