import { request, type Dispatcher } from 'undici';
import { isObject, type JsonObject } from '../gateway/wire/json-shape.ts';
import { jsonLines } from './json-lines.ts';
import type { BackendSettings } from './runtime-backend.ts';
import { RuntimeError, type RuntimeErrorKind } from './runtime-error.ts';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A download that says nothing for so long has stopped. */
const SILENCE_MS = 5 * 60_000;

const MAX_REASON_LENGTH = 300;

type Method = 'GET' | 'POST' | 'DELETE';

/** The HTTP API of one runtime. Everything fails as a `RuntimeError`, except an abort, which fails as itself. */
export class RuntimeHttp {
  readonly #title: string;
  readonly #endpoint: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(title: string, { endpoint, apiKey }: BackendSettings) {
    this.#title = title;
    this.#endpoint = endpoint;
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  /** The object it answers; `{}` for an empty answer. */
  async ask(method: Method, path: string, signal: AbortSignal, body?: object): Promise<JsonObject> {
    const { body: answer } = await this.#send(method, path, signal, body);
    const text = await this.#whole(() => textOf(answer), signal);
    if (text.trim() === '') return {};
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // Said below, in words of more use than the parser's.
    }
    throw new RuntimeError(
      'unavailable',
      `what answers at ${this.#endpoint}${path} is not ${this.#title}: it sent no JSON object. Stop what listens there, or say in local_upstream where ${this.#title} is`,
    );
  }

  /** The objects of a streamed answer, as they come. */
  async *stream(path: string, body: object, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const { body: answer } = await this.#send('POST', path, signal, body);
    const lines = jsonLines(answer);
    try {
      for (;;) {
        const next = await this.#whole(() => lines.next(), signal);
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      // Lets go of the connection if whoever reads has had enough.
      await lines.return(undefined);
    }
  }

  async #send(
    method: Method,
    path: string,
    signal: AbortSignal,
    body: object | undefined,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await this.#whole(
      () =>
        request(this.#endpoint + path, {
          method,
          signal,
          headers: { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          headersTimeout: SILENCE_MS,
          bodyTimeout: SILENCE_MS,
          // A runtime comes and goes; a connection to the one before would fail the first call to the next.
          reset: true,
        }),
      signal,
    );
    if (answer.statusCode < 400) return answer;
    const text = await this.#whole(() => textOf(answer.body), signal);
    throw new RuntimeError(
      KIND_OF_STATUS[answer.statusCode] ?? 'unavailable',
      `${this.#title}: ${reasonIn(text) ?? `HTTP ${answer.statusCode} for ${method} ${path}`}`,
    );
  }

  async #whole<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof RuntimeError) throw cause;
      if (isTimeout(signal)) {
        throw new RuntimeError(
          'unavailable',
          `${this.#title} at ${this.#endpoint} takes too long to answer`,
          { cause },
        );
      }
      if (signal.aborted) throw cause;
      if (cause instanceof SyntaxError) {
        throw new RuntimeError('unavailable', `${this.#title} sent what is no JSON: ${cause.message}`, {
          cause,
        });
      }
      throw new RuntimeError(
        'unavailable',
        `${this.#title} does not answer at ${this.#endpoint}: ${reasonOf(cause)}`,
        { cause },
      );
    }
  }
}

/** What the API's own refusals mean; whatever else it answers, it is not in order. */
const KIND_OF_STATUS: Readonly<Record<number, RuntimeErrorKind>> = {
  400: 'invalid_argument',
  401: 'failed_precondition',
  403: 'failed_precondition',
  404: 'not_found',
  409: 'failed_precondition',
  422: 'invalid_argument',
};

/** Ollama answers `{"error": "…"}`, the others `{"error": {"message": "…"}}`. */
export function reasonIn(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const error = isObject(value) ? value['error'] : undefined;
  const reason = isObject(error) ? error['message'] : error;
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, MAX_REASON_LENGTH) : undefined;
}

function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  UND_ERR_SOCKET: 'the connection was cut',
  ECONNRESET: 'the connection was cut',
  UND_ERR_HEADERS_TIMEOUT: 'it took the call and says nothing',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
};

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  // How the parser of HTTP sees an end in the middle of an answer.
  if (message?.includes('Invalid EOF') === true) return 'the connection was cut';
  return REASONS[code ?? ''] ?? message ?? 'the call failed';
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('its answer is larger than 8 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
