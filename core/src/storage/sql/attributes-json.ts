import type { SpanAttribute, SpanRecord } from '../../spans/span-record.ts';
import { attributeToText } from './attribute-text.ts';

/** Written for the journal when a call is settled, and again a moment later for the span's row. */
const written = new WeakMap<readonly SpanAttribute[], string>();

/** Column `attributes` as JSON text `[{"key":…,"value":…}]`, values as `attributeToText` has them. */
export function attributesJson(attributes: readonly SpanAttribute[]): string {
  const known = written.get(attributes);
  if (known !== undefined) return known;
  const json = JSON.stringify(attributes.map(({ key, value }) => ({ key, value: attributeToText(value) })));
  written.set(attributes, json);
  return json;
}

/** Column `labels` in the same form. */
export function labelsJson(labels: SpanRecord['labels']): string {
  const pairs = Object.entries(labels);
  return pairs.length === 0 ? '[]' : JSON.stringify(pairs.map(([key, value]) => ({ key, value })));
}
