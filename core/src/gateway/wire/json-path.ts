import { findMember, skipSpace, skipValue } from './json-members.ts';

/** Names of members and positions in arrays, from the outermost value inwards. */
export type JsonPath = readonly (string | number)[];

/**
 * The text with the value at `path` replaced by what `edit` makes of it, and the same to the byte everywhere else.
 * Expects valid JSON.
 *
 * @throws RangeError if nothing is there.
 */
export function editedAt(json: string, path: JsonPath, edit: (value: string) => string): string {
  const [step, ...rest] = path;
  if (step === undefined) return edit(json);
  const found = typeof step === 'string' ? findMember(json, step) : findElement(json, step);
  if (found === undefined) throw new RangeError(`nothing is at ${path.join('.')}`);
  const { valueStart, end } = found;
  return json.slice(0, valueStart) + editedAt(json.slice(valueStart, end), rest, edit) + json.slice(end);
}

interface ElementSpan {
  readonly valueStart: number;
  /** Just past it. */
  readonly end: number;
}

function findElement(json: string, index: number): ElementSpan | undefined {
  let valueStart = skipSpace(json, json.indexOf('[') + 1);
  for (let i = 0; valueStart < json.length && json[valueStart] !== ']'; i++) {
    const end = skipValue(json, valueStart);
    if (i === index) return { valueStart, end };
    const next = skipSpace(json, end);
    valueStart = json[next] === ',' ? skipSpace(json, next + 1) : next;
  }
  return undefined;
}
