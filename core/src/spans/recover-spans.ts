import type { Ledger } from '../budget/ledger.ts';
import type { SpanWriter } from '../storage/span-store.ts';

const BATCH = 500;

/**
 * Writes the spans of charges that were settled before a crash and whose spans were not written any more, so
 * that ledger and spans agree again. Answers how many there were.
 */
export async function recoverSpans(ledger: Ledger, writer: SpanWriter): Promise<number> {
  let recovered = 0;
  for (;;) {
    const pending = await ledger.pendingSpans(BATCH);
    if (pending.length === 0) return recovered;
    const spans = pending.map(({ span }) => span);
    await writer.write(spans);
    await ledger.acknowledgeSpans(spans.map((span) => span.spanId));
    recovered += spans.length;
  }
}
