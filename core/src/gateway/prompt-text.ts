import { MAX_CONTENT_BYTES } from '../spans/span-record.ts';
import type { JsonObject } from './wire/json-shape.ts';
import { findMember } from './wire/json-members.ts';

/** Where the APIs have what was asked: chat and messages, responses and embeddings, completions, and Gemini's three. */
const PROMPT_KEYS = ['messages', 'input', 'prompt', 'contents', 'content', 'requests'];

/** From here on, finding the prompt in the body costs less than writing it out again. */
const LARGE_CHARS = 16 * 1024;

/**
 * What was asked, as JSON: the messages of a chat, the input of the other APIs.
 *
 * @param json the request's body.
 * @param text the same before it was parsed.
 */
export function promptText(json: JsonObject, text: string): string {
  const key = PROMPT_KEYS.find((name) => json[name] !== undefined && json[name] !== null);
  if (key === undefined) return '';
  const prompt = json[key];
  if (typeof prompt === 'string') return cut(prompt);
  return cut((text.length < LARGE_CHARS ? undefined : asSent(text, key)) ?? JSON.stringify(prompt));
}

/** `undefined` for a text with `\u` in it: whoever looks for a word in the prompts would not find it so. */
function asSent(text: string, key: string): string | undefined {
  if (text.includes('\\u')) return undefined;
  const member = findMember(text, key);
  return member && text.slice(member.valueStart, member.end);
}

function cut(text: string): string {
  return text.length > MAX_CONTENT_BYTES ? text.slice(0, MAX_CONTENT_BYTES) : text;
}
