import type { Field } from './field.ts';

/**
 * What becomes of one field of a request. Each table of rules lists every field of the SDK's own type for that
 * object (`satisfies Record<keyof …>`), so that a field added by a new SDK fails type checking until someone
 * has decided about it.
 */
export type FieldRule =
  /** The translation reads it. */
  | { readonly kind: 'translated' }
  /** Left out, because what it asks for holds on the other side anyway; `why` says how. */
  | { readonly kind: 'moot'; readonly why: string }
  /** Left out where it asks for what the other side does anyway, else refused. */
  | { readonly kind: 'only'; readonly isMet: (value: unknown) => boolean; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export type FieldRules = Readonly<Record<string, FieldRule>>;

export const TRANSLATED: FieldRule = { kind: 'translated' };

export const moot = (why: string): FieldRule => ({ kind: 'moot', why });

export const refused = (why: string): FieldRule => ({ kind: 'refused', why });

/** Accepts these values and refuses all others. */
export const only = (values: readonly unknown[], why: string): FieldRule => ({
  kind: 'only',
  isMet: (value) => values.includes(value),
  why,
});

/** Accepts an empty object or array and refuses a full one. */
export const onlyEmpty = (why: string): FieldRule => ({
  kind: 'only',
  isMet: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  why,
});

const UNKNOWN = refused('is not a field that can be translated; leave it out');

/** Holds an object against its rules. @throws Untranslatable naming the first field that cannot be translated. */
export function checkFields(object: Field, rules: FieldRules): void {
  for (const key of Object.keys(object.object())) {
    const field = object.at(key);
    if (!field.isSet) continue;
    const rule = (Object.hasOwn(rules, key) ? rules[key] : undefined) ?? UNKNOWN;
    if (rule.kind === 'refused' || (rule.kind === 'only' && !rule.isMet(field.value))) field.refuse(rule.why);
  }
}
