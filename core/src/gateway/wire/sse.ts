const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface SseEvent {
  /** `''` where the event has no `event:` line. */
  readonly event: string;
  /** The `data:` lines joined by newlines. */
  readonly data: string;
  /** The event's bytes as they came, the blank line that ends it included. */
  readonly raw: Buffer;
}

/**
 * Cuts a byte stream into server-sent events, wherever its chunks end: in the middle of a character, of a line,
 * of the blank line between two events.
 */
export class SseReader {
  readonly #maxEventBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  /** How far `#pending` has been searched for the end of its event. */
  #searched = 0;

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
  }

  /** The events that this chunk completes. @throws RangeError once an event is larger than allowed. */
  *read(chunk: Buffer): Generator<SseEvent> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let start = 0;
    let end: number;
    while ((end = eventEnd(this.#pending, Math.max(start, this.#searched))) !== -1) {
      this.#searched = end;
      yield parseEvent(this.#pending.subarray(start, end));
      start = end;
    }
    this.#pending = this.#pending.subarray(start);
    // The end of an event may straddle this chunk and the next by at most three bytes.
    this.#searched = Math.max(0, this.#pending.length - 3);
    if (this.#pending.length > this.#maxEventBytes) {
      throw new RangeError(`a server-sent event is larger than ${this.#maxEventBytes} bytes`);
    }
  }

  /** What came after the last complete event. */
  rest(): Buffer {
    return this.#pending;
  }
}

/** Just past the first blank line at or after `from`; -1 if there is none yet. */
function eventEnd(bytes: Buffer, from: number): number {
  for (let i = bytes.indexOf(NEWLINE, from); i !== -1; i = bytes.indexOf(NEWLINE, i + 1)) {
    if (bytes[i + 1] === NEWLINE) return i + 2;
    if (bytes[i + 1] === CARRIAGE_RETURN && bytes[i + 2] === NEWLINE) return i + 3;
  }
  return -1;
}

/** Whether these bytes end with the end of an event. `false` also where the blank line began in the bytes before. */
export function endsWithEvent(bytes: Buffer): boolean {
  if (bytes.at(-1) !== NEWLINE) return false;
  return bytes.at(-2) === NEWLINE || (bytes.at(-2) === CARRIAGE_RETURN && bytes.at(-3) === NEWLINE);
}

/** One event out of its bytes, with or without the blank line that ends it. */
export function parseEvent(raw: Buffer): SseEvent {
  const text = raw.toString('utf8');
  let event = '';
  let data: string | undefined;
  for (let start = 0, end; start < text.length; start = end + 1) {
    const newline = text.indexOf('\n', start);
    end = newline === -1 ? text.length : newline;
    if (text.startsWith('data:', start)) {
      const value = fieldValue(text, start + 5, end);
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (text.startsWith('event:', start)) event = fieldValue(text, start + 6, end);
  }
  return { event, data: data ?? '', raw };
}

function fieldValue(text: string, start: number, end: number): string {
  return text.slice(text[start] === ' ' ? start + 1 : start, text[end - 1] === '\r' ? end - 1 : end);
}
