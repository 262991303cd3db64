import type { SpanReader, SpanWriter } from '../span-store.ts';
import { spanSearchTests } from './span-search-tests.ts';
import { spanTotalsTests } from './span-totals-tests.ts';
import { spanWriteTests } from './span-write-tests.ts';
import { traceListTests } from './trace-list-tests.ts';
import { traceSummaryTests } from './trace-summary-tests.ts';

export type SpanStore = SpanWriter & SpanReader;

/**
 * What every span store must do, the same for all of them. `open` gives an empty store on the real engine; the
 * suite closes it.
 */
export function describeSpanStore(name: string, open: () => Promise<SpanStore>): void {
  describe(`span store: ${name}`, () => {
    let opened: SpanStore | undefined;
    const store = () => {
      if (opened === undefined) throw new Error('the store is open only while a test runs');
      return opened;
    };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    spanWriteTests(store);
    traceListTests(store);
    traceSummaryTests(store);
    spanSearchTests(store);
    spanTotalsTests(store);
  });
}
