import type { JsonObject } from '../gateway/wire/json-shape.ts';

/** A count of bytes; what is no such count is not said. */
export function bytesAt(value: JsonObject, key: string): number | undefined {
  const member = value[key];
  return typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : undefined;
}
