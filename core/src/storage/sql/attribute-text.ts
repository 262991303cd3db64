import type { SpanAttribute } from '../../spans/span-record.ts';

/** Begins like none of the other forms; most texts do, and they are read and written on every call. */
const PLAIN_TEXT = /^[^-\d"tfNI]/;
const WHOLE = /^-?(?:0|[1-9]\d*)$/;
const FRACTIONAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?$/;
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/**
 * An attribute's value as the text of column `attributes[].value`, and back without loss of type.
 *
 * People query this column, so text stands as it is and the rest as JSON writes it: `42` is an int64, `42.0` a
 * double, `true` a boolean. Text that would be read as one of those is put in JSON quotes: `"42"`.
 */
export function attributeToText(value: SpanAttribute['value']): string {
  if (typeof value === 'string') return attributeFromText(value) === value ? value : JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return WHOLE.test(text) ? `${text}.0` : text;
}

/** The inverse of `attributeToText`. */
export function attributeFromText(text: string): SpanAttribute['value'] {
  if (PLAIN_TEXT.test(text)) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text.startsWith('"')) return unquoted(text);
  if (WHOLE.test(text)) return BigInt(text);
  if (FRACTIONAL.test(text)) return Number(text);
  return NOT_FINITE.get(text) ?? text;
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    // Nothing this module wrote; a row put there by hand is still shown as it is.
    return text;
  }
}
