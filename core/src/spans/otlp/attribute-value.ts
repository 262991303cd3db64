import type { SpanAttribute } from '../span-record.ts';

/** What an attribute may hold in OTLP; `null` is a value that says nothing. */
export type OtlpValue =
  SpanAttribute['value'] | null | readonly OtlpValue[] | { readonly [key: string]: OtlpValue };

/** An attribute of ours: lists and maps as JSON text. `undefined` for one that says nothing. */
export function attributeOf(key: string, value: OtlpValue): SpanAttribute | undefined {
  if (key === '' || value === null) return undefined;
  if (typeof value !== 'object') return { key, value };
  return {
    key,
    // Larger than JSON's readers keep exact, a whole number is text.
    value: JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'bigint' ? (Number.isSafeInteger(Number(part)) ? Number(part) : part.toString()) : part,
    ),
  };
}
