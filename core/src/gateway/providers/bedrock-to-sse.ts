import { AwsEventStreamError } from '../wire/aws-event-stream.ts';
import { AWS_EVENT_STREAM, BedrockStreamReader, type BedrockEvent } from '../wire/bedrock-stream.ts';
import { headerValue, replaceHeader } from '../wire/headers.ts';
import type { AnswerRewriter } from './provider.ts';

/**
 * AWS's names for a failure in Anthropic's.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
 * https://docs.claude.com/en/api/errors
 */
const ERROR_TYPES: Readonly<Record<string, string>> = {
  throttlingException: 'rate_limit_error',
  validationException: 'invalid_request_error',
  serviceUnavailableException: 'overloaded_error',
  modelTimeoutException: 'timeout_error',
};

/** Makes of a stream of Bedrock's the one that Anthropic's own API would have sent, event by event. */
export class BedrockToSse implements AnswerRewriter {
  readonly #stream = new BedrockStreamReader();
  #isStream = false;
  #isOver = false;

  begin(status: number, headers: readonly string[]): string[] {
    const type = headerValue(headers, 'content-type') ?? '';
    // A refusal is JSON, and stays as it is.
    this.#isStream = status >= 200 && status < 300 && type.startsWith(AWS_EVENT_STREAM);
    const forClient = [...headers];
    if (this.#isStream) {
      replaceHeader(forClient, 'content-type', 'text/event-stream; charset=utf-8');
      replaceHeader(forClient, 'content-length');
    }
    return forClient;
  }

  write(chunk: Buffer): Buffer {
    if (!this.#isStream) return chunk;
    if (this.#isOver) return Buffer.alloc(0);
    const events: string[] = [];
    try {
      for (const event of this.#stream.read(chunk)) events.push(sseOf(event));
    } catch (cause) {
      if (!(cause instanceof AwsEventStreamError)) throw cause;
      events.push(this.#broken(cause.message));
    }
    return Buffer.from(events.join(''));
  }

  end(): Buffer {
    const isCut = this.#isStream && !this.#isOver && this.#stream.isInsideMessage;
    return Buffer.from(isCut ? this.#broken('the answer ends inside an event') : '');
  }

  #broken(message: string): string {
    this.#isOver = true;
    return errorEvent('api_error', message);
  }
}

function sseOf(event: BedrockEvent): string {
  if (event.kind === 'failure') return errorEvent(ERROR_TYPES[event.type] ?? 'api_error', event.message);
  const { type } = event.json;
  // An event is named by its type; the clients of this format pass over what has none.
  if (typeof type !== 'string' || !/^\w+$/.test(type)) return '';
  // Only whitespace between JSON's tokens can be a line end, and one of the event's would be the event's end.
  const data = event.text.replaceAll(/[\r\n]/g, ' ');
  return `event: ${type}\ndata: ${data}\n\n`;
}

function errorEvent(type: string, message: string): string {
  return `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type, message } })}\n\n`;
}
