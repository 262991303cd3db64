import type { SpanRecord } from '../spans/span-record.ts';

/** These spans can never be stored here, however often it is tried; those written with them may be. */
export class UnstorableSpansError extends RangeError {
  /** Private, because a log writes the properties of an error, and spans hold prompts. */
  readonly #spans: readonly SpanRecord[];

  constructor(message: string, spans: readonly SpanRecord[], options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'UnstorableSpansError';
    this.#spans = spans;
  }

  get spans(): readonly SpanRecord[] {
    return this.#spans;
  }
}
