import type { SpanRecord } from './span-record.ts';

/** What a span without captured text takes, roughly: some forty short values. */
const BARE_BYTES = 2_048;

/** An attribute's name, its number and the objects around them. */
const ATTRIBUTE_BYTES = 128;

/** About how much memory a span takes; only the texts that may be large are looked at. */
export function spanBytes({ genAi, attributes }: SpanRecord): number {
  let bytes = BARE_BYTES;
  if (genAi) bytes += 2 * (genAi.inputContent.length + genAi.outputContent.length);
  for (const { value } of attributes) {
    bytes += ATTRIBUTE_BYTES + (typeof value === 'string' ? 2 * value.length : 0);
  }
  return bytes;
}
