import { StreamTranslation, type EventTranslator } from '../stream-translator.ts';

/** Cuts bytes at the places given. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

/** Everything a translator makes of a stream. */
export function translated(
  translator: EventTranslator,
  chunks: readonly Buffer[],
): { text: string; isComplete: boolean; failure: string | undefined } {
  const translation = new StreamTranslation(translator);
  const text = chunks.map((chunk) => translation.write(chunk)).join('');
  return { text, isComplete: translation.isComplete, failure: translation.failure?.message };
}

/** The JSON of every `data:` line but `[DONE]`. */
export function dataOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): unknown => JSON.parse(line.slice(6)));
}
