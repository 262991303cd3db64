import { asNanoUsd } from '../money/index.ts';
import type { SpanRecord } from './span-record.ts';

/**
 * A span as one line of JSON for a journal, whole numbers of any size kept exact as `{"$n":"…"}`. The captured
 * texts are left out: a journal entry is there so that money and calls agree after a crash, and it is written
 * while the caller waits.
 */
export function spanToJournal(span: SpanRecord): string {
  const { genAi, attributes } = span;
  // Put in place one by one: a replacer function would be called for each of some sixty values.
  return JSON.stringify({
    ...span,
    genAi: genAi && { ...genAi, costNanoUsd: exact(genAi.costNanoUsd), inputContent: '', outputContent: '' },
    attributes: attributes.map((attribute) =>
      typeof attribute.value === 'bigint' ? { key: attribute.key, value: exact(attribute.value) } : attribute,
    ),
  });
}

function exact(value: bigint): { readonly $n: string } {
  return { $n: value.toString() };
}

/** @throws SyntaxError if the line was not made by `spanToJournal`. */
export function spanFromJournal(line: string): SpanRecord {
  const span = JSON.parse(line, (_key, value: unknown) =>
    isWholeNumber(value) ? asNanoUsd(BigInt(value.$n)) : value,
  ) as SpanRecord;
  return span;
}

function isWholeNumber(value: unknown): value is { readonly $n: string } {
  return typeof value === 'object' && value !== null && '$n' in value && typeof value.$n === 'string';
}
