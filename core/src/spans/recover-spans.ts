import type { Ledger } from '../budget/ledger.ts';
import type { Logger } from '../logger.ts';
import type { SpanWriter } from '../storage/span-store.ts';
import { writeStorable } from './write-storable.ts';

const BATCH = 500;

/**
 * Writes the spans of charges that were settled before a crash and whose spans were not written any more, so
 * that ledger and spans agree again. One that the store can never hold is named in the log and given up, so that a
 * start does not fail for it. Answers how many there were.
 */
export async function recoverSpans(ledger: Ledger, writer: SpanWriter, logger: Logger): Promise<number> {
  let recovered = 0;
  for (;;) {
    const pending = await ledger.pendingSpans(BATCH);
    if (pending.length === 0) return recovered;
    const spans = pending.map(({ span }) => span);
    await writeStorable(writer, spans, logger);
    await ledger.acknowledgeSpans(spans.map((span) => span.spanId));
    recovered += spans.length;
  }
}
