import type { SpanReader } from '../storage/span-store.ts';

/** A reader that first has the pending spans written, so that a call which has ended is part of every answer. */
export function readYourWrites(reader: SpanReader, pending: { flush(): Promise<void> }): SpanReader {
  const after = async <T>(read: () => Promise<T>): Promise<T> => {
    await pending.flush();
    return read();
  };
  return {
    getTrace: (...args) => after(() => reader.getTrace(...args)),
    listTraces: (...args) => after(() => reader.listTraces(...args)),
    searchSpans: (...args) => after(() => reader.searchSpans(...args)),
    usageTotals: (...args) => after(() => reader.usageTotals(...args)),
    usageOverTime: (...args) => after(() => reader.usageOverTime(...args)),
    modelTotals: (...args) => after(() => reader.modelTotals(...args)),
  };
}
