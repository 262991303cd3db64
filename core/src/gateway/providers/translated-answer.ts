import { Refusal } from '../errors.ts';
import { StreamTranslation, type EventTranslator } from '../translate/index.ts';
import { replaceHeader } from '../wire/headers.ts';
import type { AnswerRewriter } from './provider.ts';

/** How one API's answers become another's. */
export interface AnswerTranslation {
  /** For one stream. */
  readonly events: EventTranslator;
  /** @throws Refusal for what is no answer. */
  answer(answer: unknown): object;
  /** @param body parsed JSON, or text. */
  error(status: number, body: unknown): object;
  refusal(refusal: Refusal): object;
}

/** Headers that tell of the bytes as they were. */
const OF_THE_ORIGINAL = ['content-length', 'content-md5', 'etag', 'digest'];

/** An answer larger than this is no answer of a model. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** Makes one API's answer out of another's: a stream event by event, anything else once it is whole. */
export class TranslatedAnswer implements AnswerRewriter {
  readonly #kind: 'stream' | 'whole';
  readonly #translation: AnswerTranslation;
  #status = 0;
  #stream: StreamTranslation | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param kind what the client asked for. */
  constructor(kind: 'stream' | 'whole', translation: AnswerTranslation) {
    this.#kind = kind;
    this.#translation = translation;
  }

  begin(status: number, headers: readonly string[]): string[] {
    this.#status = status;
    if (this.#kind === 'stream' && !this.#isFailure) {
      this.#stream = new StreamTranslation(this.#translation.events);
    }
    const forClient = [...headers];
    for (const name of OF_THE_ORIGINAL) replaceHeader(forClient, name);
    if (this.#stream === undefined) replaceHeader(forClient, 'content-type', 'application/json');
    return forClient;
  }

  write(chunk: Buffer): Buffer {
    if (this.#stream !== undefined) return Buffer.from(this.#stream.write(chunk));
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_JSON_BYTES) this.#chunks.push(chunk);
    else this.#chunks = [];
    return Buffer.alloc(0);
  }

  end(): Buffer {
    // A stream that ended without its last word gets none here either, by which its client can tell.
    if (this.#stream !== undefined) return Buffer.alloc(0);
    const answer = parsedOrText(Buffer.concat(this.#chunks).toString('utf8'));
    this.#chunks = [];
    return Buffer.from(JSON.stringify(this.#translated(answer)));
  }

  #translated(answer: unknown): object {
    if (this.#isFailure) return this.#translation.error(this.#status, answer);
    try {
      return this.#translation.answer(answer);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return this.#translation.refusal(cause);
    }
  }

  get #isFailure(): boolean {
    return this.#status < 200 || this.#status >= 300;
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What stands in front of a provider may answer in plain text.
    return text;
  }
}
