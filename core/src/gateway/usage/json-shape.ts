export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member if it is an object, else an empty one. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const member = value[key];
  return isObject(member) ? member : {};
}

/** The member's elements that are objects; none if it is no array. */
export function objectsAt(value: JsonObject, key: string): readonly JsonObject[] {
  const member = value[key];
  return Array.isArray(member) ? member.filter(isObject) : [];
}

export function stringAt(value: JsonObject, key: string): string | undefined {
  const member = value[key];
  return typeof member === 'string' ? member : undefined;
}

/**
 * A count of tokens: a whole number ≥ 0 that arithmetic keeps exact. Anything else a provider may send in its
 * place (null, a string, a negative number, 1e300) counts as not said.
 */
export function countAt(value: JsonObject, key: string): number | undefined {
  const member = value[key];
  return typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : undefined;
}
