import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PendingSpan } from '../../budget/ledger.ts';
import type { SpanRecord } from '../../spans/span-record.ts';
import { spanFromJournal, spanToJournal } from './span-journal.ts';

/** The spans of settled charges until a span store has them. Changes run inside a transaction. */
export class SpanOutbox {
  readonly #insert: StatementSync;
  readonly #oldest: StatementSync;
  readonly #delete: StatementSync;
  /** Where each span known to this process lies, so that removing one needs no search. */
  readonly #seqOf = new Map<string, number | bigint>();

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO span_outbox (span_id, span_json) VALUES (?, ?)');
    this.#oldest = db.prepare('SELECT seq, span_id, span_json FROM span_outbox ORDER BY seq LIMIT ?');
    this.#delete = db.prepare('DELETE FROM span_outbox WHERE seq = ? AND span_id = ?');
  }

  add(span: SpanRecord): void {
    const { lastInsertRowid } = this.#insert.run(span.spanId, spanToJournal(span));
    this.#seqOf.set(span.spanId, lastInsertRowid);
  }

  oldest(limit: number): readonly PendingSpan[] {
    return this.#oldest.all(limit).map((raw) => {
      const row = raw as { seq: number; span_id: string; span_json: string };
      this.#seqOf.set(row.span_id, row.seq);
      return { span: spanFromJournal(row.span_json) };
    });
  }

  remove(spanIds: readonly string[]): void {
    for (const spanId of spanIds) {
      const seq = this.#seqOf.get(spanId);
      if (seq !== undefined) this.#delete.run(seq, spanId);
    }
  }

  /** For after the commit of `remove`: a step whose transaction is undone may run again. */
  forget(spanIds: readonly string[]): void {
    for (const spanId of spanIds) this.#seqOf.delete(spanId);
  }
}
