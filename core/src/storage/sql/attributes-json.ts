import type { SpanAttribute, SpanRecord } from '../../spans/span-record.ts';
import { attributeToText } from './attribute-text.ts';

/** Written for the journal when a call is settled, and again a moment later for the span's row. */
const written = new WeakMap<readonly SpanAttribute[], string>();

/** Column `attributes` as JSON text `[{"key":…,"value":…}]`, values as `attributeToText` has them. */
export function attributesJson(attributes: readonly SpanAttribute[]): string {
  const known = written.get(attributes);
  if (known !== undefined) return known;
  let pairs = '';
  for (const { key, value } of attributes) {
    const text = attributeToText(value);
    const quoted = typeof value === 'string' ? jsonText(text) : `"${text}"`;
    pairs += `${pairs === '' ? '' : ','}{"key":${quotedKey(key)},"value":${quoted}}`;
  }
  const json = `[${pairs}]`;
  written.set(attributes, json);
  return json;
}

/** Stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Almost every key and value is plain, and quoting it costs less than an object for `JSON.stringify` to take apart. */
function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const MAX_QUOTED_KEYS = 1_000;
const quotedKeys = new Map<string, string>();

/** The keys of calls are few, and always the same; those of spans from elsewhere may be any. */
function quotedKey(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const quoted = jsonText(key);
  if (quotedKeys.size < MAX_QUOTED_KEYS && key.length <= 128) quotedKeys.set(key, quoted);
  return quoted;
}

/** Column `labels` in the same form. */
export function labelsJson(labels: SpanRecord['labels']): string {
  const pairs = Object.entries(labels);
  return pairs.length === 0 ? '[]' : JSON.stringify(pairs.map(([key, value]) => ({ key, value })));
}
