import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { asNanoUsd } from '../../money/index.ts';
import type { BatchRecord, BatchStore } from '../batch-store.ts';

/** Longer than any provider keeps results: OpenAI keeps them for 30 days, Anthropic for 29. */
const KEPT_FOR_MS = 60 * 24 * 3_600_000;

type Stored = Omit<BatchRecord, 'dearestRequest'> & { readonly dearestRequest: string };

/** The batches in a database opened with `BATCH_SCHEMA`, which stays the caller's to close. */
export function createSqliteBatchStore(db: DatabaseSync): BatchStore {
  const write = db.prepare('INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM batches WHERE created_at_unix_ms < ?');
  const byKey = db.prepare('SELECT record FROM batches WHERE provider = ? AND batch_id = ?');
  const byResults = db.prepare('SELECT record FROM batches WHERE provider = ? AND results_id = ?');
  return {
    async add(record) {
      const { provider, batchId, resultsId, dearestRequest, context } = record;
      const stored: Stored = { ...record, dearestRequest: dearestRequest.toString() };
      const createdAtUnixMs = Math.floor(context.startedAtUnixMs);
      forget.run(createdAtUnixMs - KEPT_FOR_MS);
      write.run(provider, batchId, resultsId ?? null, createdAtUnixMs, JSON.stringify(stored));
    },
    async find({ provider, batchId }) {
      return recordFromRow(byKey.get(provider, batchId));
    },
    async findByResults(provider, resultsId) {
      return recordFromRow(byResults.get(provider, resultsId));
    },
  };
}

function recordFromRow(row: Record<string, SQLOutputValue> | undefined): BatchRecord | undefined {
  if (row === undefined) return undefined;
  const stored = JSON.parse(String(row['record'])) as Stored;
  return { ...stored, dearestRequest: asNanoUsd(BigInt(stored.dearestRequest)) };
}
