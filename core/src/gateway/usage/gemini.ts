import { appendOutput, countOutput, type AnswerReading } from './answer-reading.ts';
import { geminiUsage } from './gemini-usage.ts';
import { countAt, isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import type { ReadEvent } from './sse-meter.ts';

/**
 * A whole answer of `generateContent`, or of `embedContent`, which has no candidates and may tell its usage.
 * https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse, https://ai.google.dev/api/embeddings
 */
export function readGeneratedContent(answer: JsonObject, reading: AnswerReading): void {
  const model = stringAt(answer, 'modelVersion');
  // Some answers write it as a resource: `models/gemini-2.5-flash`, `publishers/google/models/…`.
  if (model !== undefined) reading.model = model.slice(model.lastIndexOf('/') + 1);
  for (const candidate of objectsAt(answer, 'candidates')) {
    for (const part of objectsAt(objectAt(candidate, 'content'), 'parts')) readPart(part, reading);
  }
  const metadata = objectAt(answer, 'usageMetadata');
  const usage = geminiUsage(metadata);
  if (usage !== undefined) {
    reading.usage = usage;
    reading.isOutputUntold =
      usage.outputTokens === 0 && countAt(metadata, 'candidatesTokenCount') === undefined;
  }
  if (isFlex(metadata)) reading.tier = 'flex';
}

/**
 * Reads the chunks of one stream. Each repeats the usage so far; that of the last one counts. The format has no
 * last word: a candidate ends with its `finishReason`, a refused prompt with its `blockReason`, and the stream
 * with its bytes. So a stream that broke off after every candidate had ended is known exactly, and any other is not.
 */
export function geminiChunkReader(): ReadEvent {
  const unfinished = new Set<number>();
  let isFinished = false;
  return (chunk, reading) => {
    readGeneratedContent(chunk, reading);
    const error = chunk['error'];
    if (isObject(error)) reading.error = stringAt(error, 'message') ?? 'the provider reported an error';
    for (const candidate of objectsAt(chunk, 'candidates')) {
      const index = countAt(candidate, 'index') ?? 0;
      if (stringAt(candidate, 'finishReason') === undefined) unfinished.add(index);
      else unfinished.delete(index);
      isFinished = true;
    }
    if (stringAt(objectAt(chunk, 'promptFeedback'), 'blockReason') !== undefined) isFinished = true;
    reading.complete = isFinished && unfinished.size === 0 && reading.usage !== undefined;
    return false;
  };
}

/** As the Gemini API and Vertex AI say it. */
function isFlex({ serviceTier, trafficType }: JsonObject): boolean {
  return serviceTier === 'flex' || trafficType === 'ON_DEMAND_FLEX';
}

function readPart(part: JsonObject, reading: AnswerReading): void {
  if (part['thought'] === true) countOutput(reading, part['text']);
  else appendOutput(reading, part['text']);
  const call = part['functionCall'];
  if (isObject(call)) countOutput(reading, argumentsText(call['args']));
  countOutput(reading, objectAt(part, 'executableCode')['code']);
  countOutput(reading, objectAt(part, 'codeExecutionResult')['output']);
}

/** As the model wrote them, more or less; nothing for arguments nested so deeply that they cannot be written. */
function argumentsText(args: unknown): string | undefined {
  try {
    return JSON.stringify(args ?? {});
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return undefined;
  }
}
