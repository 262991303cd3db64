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

/** A hundred times the widest context window there is. Sums of such counts stay exact for as long as we live. */
const MOST_TOKENS = 1_000_000_000;

/**
 * A count of tokens: a whole number from 0 to a billion. Anything else a provider may send in its place (null, a
 * string, a negative number, 1e300) counts as not said.
 */
export function countAt(value: JsonObject, key: string): number | undefined {
  const member = value[key];
  const isCount =
    typeof member === 'number' && Number.isInteger(member) && member >= 0 && member <= MOST_TOKENS;
  return isCount ? member : undefined;
}
