import { isObject, stringAt, type JsonObject } from './json-shape.ts';
import { AwsEventStreamReader, textHeader, type AwsEventMessage } from './aws-event-stream.ts';

/** The media type of Bedrock's streams. */
export const AWS_EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** What a model's answer on Bedrock says next. */
export type BedrockEvent =
  /** The model's own event, as text and read. */
  | { readonly kind: 'model'; readonly text: string; readonly json: JsonObject }
  /** Bedrock gives up; the stream ends here. `type` is AWS's name, such as `throttlingException`. */
  | { readonly kind: 'failure'; readonly type: string; readonly message: string };

/** Far beyond any real message, which is a piece of an answer. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Reads the stream of `InvokeModelWithResponseStream`: each `chunk` has the model's own event in base64.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
 */
export class BedrockStreamReader {
  readonly #messages = new AwsEventStreamReader(MAX_MESSAGE_BYTES);

  /** Whether the stream has stopped inside a message. */
  get isInsideMessage(): boolean {
    return this.#messages.pendingBytes > 0;
  }

  /** How many bytes were whole messages so far. */
  get readBytes(): number {
    return this.#messages.readBytes;
  }

  /** The events that these bytes complete. @throws AwsEventStreamError for bytes that are no such stream. */
  *read(chunk: Buffer): Generator<BedrockEvent> {
    for (const message of this.#messages.read(chunk)) {
      const event = eventIn(message);
      if (event !== undefined) yield event;
    }
  }
}

/** `undefined` for what is not for the client: kinds of events that a model has no part in. */
function eventIn(message: AwsEventMessage): BedrockEvent | undefined {
  const text = Buffer.from(message.body).toString('utf8');
  switch (textHeader(message, ':message-type')) {
    case 'exception':
      return {
        kind: 'failure',
        type: textHeader(message, ':exception-type') ?? 'exception',
        message: stringAt(objectIn(text) ?? {}, 'message') ?? 'the provider reported an error',
      };
    case 'error':
      return {
        kind: 'failure',
        type: textHeader(message, ':error-code') ?? 'error',
        message: textHeader(message, ':error-message') ?? 'the provider reported an error',
      };
    default:
      return textHeader(message, ':event-type') === 'chunk' ? modelEventIn(text) : undefined;
  }
}

function modelEventIn(payload: string): BedrockEvent | undefined {
  const bytes = stringAt(objectIn(payload) ?? {}, 'bytes');
  if (bytes === undefined) return undefined;
  const text = Buffer.from(bytes, 'base64').toString('utf8');
  const json = objectIn(text);
  return json && { kind: 'model', text, json };
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not ours to judge: a client in Bedrock's own format sees the same bytes.
    return undefined;
  }
}
