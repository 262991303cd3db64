import type { SpanRecord } from './span-record.ts';

/** Where a finished call leaves its span; taking it is instant, writing it is not the caller's concern. */
export interface SpanSink {
  add(span: SpanRecord): void;
}
