import { AnyFormMeter, jsonOrSseMeter } from './any-form-meter.ts';
import { geminiChunkReader, readGeneratedContent } from './gemini.ts';
import { JsonArrayMeter } from './json-array-meter.ts';
import type { UsageMeter } from './answer-reading.ts';

const OPEN_BRACKET = 0x5b;

/**
 * Reads an answer of Gemini's: one object of `generateContent`; of `streamGenerateContent` server-sent events with
 * `?alt=sse`, and one JSON array without, however the query was written.
 */
export function geminiMeter(): UsageMeter {
  const event = geminiChunkReader();
  return new AnyFormMeter((first) =>
    first === OPEN_BRACKET
      ? new JsonArrayMeter(event)
      : jsonOrSseMeter({ whole: readGeneratedContent, event }),
  );
}
