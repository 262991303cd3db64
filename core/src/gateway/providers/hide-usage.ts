import type { AnswerRewriter } from './provider.ts';
import { replaceHeader } from '../wire/headers.ts';
import { findMember, withoutMember } from '../wire/json-members.ts';
import { SseReader, type SseEvent } from '../wire/sse.ts';
import { isObject } from '../wire/json-shape.ts';

const MAX_EVENT_BYTES = 16 * 1024 * 1024;
const USAGE = Buffer.from('"usage"');

/** What becomes of a usage that stands in a chunk with choices: nobody asked for it, or it was always there. */
export type UsageBesideChoices = 'kept' | 'hidden';

/**
 * Takes back out of a chat stream what Candela asked for and the client did not. With
 * `stream_options.include_usage` OpenAI sends one more chunk, with no choices and the usage, and a
 * `"usage":null` in every other; without it neither is there.
 * https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options
 */
export class HideUsage implements AnswerRewriter {
  readonly #sse = new SseReader(MAX_EVENT_BYTES);
  readonly #besideChoices: UsageBesideChoices;
  #isStream = true;

  constructor(besideChoices: UsageBesideChoices = 'kept') {
    this.#besideChoices = besideChoices;
  }

  begin(status: number, headers: readonly string[]): string[] {
    // A refusal is no stream.
    this.#isStream = status >= 200 && status < 300;
    const own = [...headers];
    // Less is sent on than comes in.
    if (this.#isStream) replaceHeader(own, 'content-length');
    return own;
  }

  /** The bytes for the client out of the events this chunk completes. */
  write(chunk: Buffer): Buffer {
    if (!this.#isStream) return chunk;
    const kept: Buffer[] = [];
    for (const event of this.#sse.read(chunk)) {
      const bytes = hide(event, this.#besideChoices);
      if (bytes !== undefined) kept.push(bytes);
    }
    return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  }

  /** What came after the last complete event. */
  end(): Buffer {
    return this.#sse.rest();
  }
}

function hide(event: SseEvent, besideChoices: UsageBesideChoices): Buffer | undefined {
  if (!event.raw.includes(USAGE) || !event.data.startsWith('{')) return event.raw;
  let chunk: unknown;
  try {
    chunk = JSON.parse(event.data);
  } catch {
    return event.raw;
  }
  if (!isObject(chunk) || !('usage' in chunk)) return event.raw;
  if (chunk['usage'] !== null) {
    const choices = chunk['choices'];
    if (Array.isArray(choices) && choices.length === 0) return undefined;
    if (besideChoices === 'kept') return event.raw;
  }
  const member = findMember(event.data, 'usage');
  if (member === undefined) return event.raw;
  return Buffer.from(event.raw.toString('utf8').replace(event.data, () => withoutMember(event.data, member)));
}
