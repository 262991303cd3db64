import { unreadableAnswer } from './untranslatable.ts';

/** JSON of a provider's value. @throws Refusal (502) if it is nested too deeply to be written. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (cause) {
    throw unreadableAnswer('a value in it is nested too deeply', cause);
  }
}
