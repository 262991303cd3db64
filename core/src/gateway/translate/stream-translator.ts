import { isObject, type JsonObject } from '../wire/json-shape.ts';
import { Refusal } from '../errors.ts';
import { SseReader, type SseEvent } from '../wire/sse.ts';
import { unreadableAnswer } from './untranslatable.ts';

/** Turns the events of one API's stream into the text of another's, event by event. */
export interface EventTranslator {
  /** @throws Refusal for an event that breaks the protocol. */
  translate(event: SseEvent): string;
  /** How the target API tells of a failure within a stream. */
  errorText(refusal: Refusal): string;
  /** The stream has had its proper end; nothing may follow. */
  readonly isComplete: boolean;
  /** The stream has told of an error, which was its end. */
  readonly hasFailed: boolean;
}

/** Far beyond any real event. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Bytes of one API's stream in, text of the other's out, wherever the chunks end. A stream that breaks off gets
 * no proper end here either, so that its client can tell. After the end or an error everything is ignored.
 */
export class StreamTranslation {
  readonly #sse = new SseReader(MAX_EVENT_BYTES);
  readonly #translator: EventTranslator;
  #failure: Refusal | undefined;

  constructor(translator: EventTranslator) {
    this.#translator = translator;
  }

  /** What the client gets for this chunk; may be empty. Never throws: what goes wrong is said in the stream. */
  write(chunk: Buffer): string {
    if (this.isOver) return '';
    let text = '';
    try {
      for (const event of this.#sse.read(chunk)) {
        text += this.#translator.translate(event);
        if (this.isOver) break;
      }
    } catch (cause) {
      if (!(cause instanceof Refusal || cause instanceof RangeError)) throw cause;
      this.#failure =
        cause instanceof Refusal ? cause : unreadableAnswer('an event of its stream is too large', cause);
      text += this.#translator.errorText(this.#failure);
    }
    return text;
  }

  /** The proper end has been written. */
  get isComplete(): boolean {
    return this.#translator.isComplete;
  }

  /** What the provider sent that could not be translated. */
  get failure(): Refusal | undefined {
    return this.#failure;
  }

  get isOver(): boolean {
    return this.isComplete || this.#translator.hasFailed || this.#failure !== undefined;
  }
}

/** The JSON object in an event's data. @throws Refusal (502) if it is something else. */
export function eventObject(event: SseEvent): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(event.data);
  } catch (cause) {
    throw unreadableAnswer('an event of its stream is not JSON', cause);
  }
  if (!isObject(value)) throw unreadableAnswer('an event of its stream is not an object');
  return value;
}
