import { Refusal } from '../errors.ts';
import {
  anthropicAnswerToOpenAi,
  anthropicErrorToOpenAi,
  AnthropicStreamToOpenAi,
  refusalToOpenAi,
  StreamTranslation,
  type ToOpenAiStreamOptions,
} from '../translate/index.ts';
import { replaceHeader } from '../wire/headers.ts';
import type { AnswerRewriter } from './provider.ts';

/** Headers that tell of the bytes as they were. */
const OF_THE_ORIGINAL = ['content-length', 'content-md5', 'etag', 'digest'];

/** An answer larger than this is no answer of a model. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** Makes OpenAI's answer out of Claude's: a stream event by event, anything else once it is whole. */
export class AnthropicToOpenAi implements AnswerRewriter {
  readonly #isStream: boolean;
  readonly #options: ToOpenAiStreamOptions;
  #status = 0;
  #stream: StreamTranslation | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(isStream: boolean, options: ToOpenAiStreamOptions) {
    this.#isStream = isStream;
    this.#options = options;
  }

  begin(status: number, headers: readonly string[]): string[] {
    this.#status = status;
    if (this.#isStream && !this.#isFailure) {
      this.#stream = new StreamTranslation(new AnthropicStreamToOpenAi(this.#options));
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
    // A stream that ended without its last word gets no `[DONE]`, by which its client can tell.
    if (this.#stream !== undefined) return Buffer.alloc(0);
    const answer = parsedOrText(Buffer.concat(this.#chunks).toString('utf8'));
    this.#chunks = [];
    return Buffer.from(JSON.stringify(this.#translated(answer)));
  }

  #translated(answer: unknown): object {
    if (this.#isFailure) return anthropicErrorToOpenAi(this.#status, answer);
    try {
      return anthropicAnswerToOpenAi(answer, this.#options.createdS);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return refusalToOpenAi(cause);
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
