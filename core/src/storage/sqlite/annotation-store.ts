import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AnnotationRecord, AnnotationStore } from '../annotation-store.ts';
import { inTransaction } from './transaction.ts';

/** Editors send an annotation again for a day, and a laptop that was shut in the middle of that may be for weeks. */
const KEY_KEPT_FOR_MS = 60 * 24 * 3_600_000;

/** Annotations in a database opened with `ANNOTATION_SCHEMA`, which stays the caller's to close. */
export function createSqliteAnnotationStore(db: DatabaseSync): AnnotationStore {
  // Replaces by id and, through the index `one_outcome_per_author`, the author's earlier outcome.
  const put = db.prepare(
    'INSERT OR REPLACE INTO annotations (id, trace_id, author_id, type, success, score, label, reviewer, metric_name,' +
      ' metric_value, comment, created_at_unix_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const list = db.prepare(
    'SELECT * FROM annotations WHERE trace_id = ? AND type = coalesce(?, type) ORDER BY created_at_unix_ms, seq',
  );
  const keep = db.prepare(
    'INSERT OR IGNORE INTO annotation_keys (author_id, idempotency_key, annotation_json, created_at_unix_ms)' +
      ' VALUES (?, ?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM annotation_keys WHERE created_at_unix_ms < ?');
  const kept = db.prepare(
    'SELECT annotation_json FROM annotation_keys WHERE author_id = ? AND idempotency_key = ?',
  );
  return {
    async put(annotation, idempotencyKey) {
      if (idempotencyKey === undefined) {
        put.run(...valuesOf(annotation));
        return annotation;
      }
      const { authorId, createdAtUnixMs } = annotation;
      return inTransaction(db, () => {
        forget.run(createdAtUnixMs - KEY_KEPT_FOR_MS);
        const { changes } = keep.run(authorId, idempotencyKey, JSON.stringify(annotation), createdAtUnixMs);
        if (changes === 0) {
          // Written by this store and nobody else.
          return JSON.parse(
            String(kept.get(authorId, idempotencyKey)?.['annotation_json']),
          ) as AnnotationRecord;
        }
        put.run(...valuesOf(annotation));
        return annotation;
      });
    },
    async list(traceId, type) {
      return list.all(traceId, type ?? null).map(annotationFromRow);
    },
    async close() {},
  };
}

function valuesOf(annotation: AnnotationRecord) {
  const outcome = annotation.type === 'outcome' ? annotation : undefined;
  const label = annotation.type === 'label' ? annotation : undefined;
  const metric = annotation.type === 'metric' ? annotation : undefined;
  return [
    annotation.id,
    annotation.traceId,
    annotation.authorId,
    annotation.type,
    outcome === undefined ? null : Number(outcome.success),
    outcome?.score ?? null,
    label?.label ?? null,
    label?.reviewer ?? null,
    metric?.metricName ?? null,
    metric?.metricValue ?? null,
    annotation.comment,
    annotation.createdAtUnixMs,
  ];
}

function annotationFromRow(row: Record<string, SQLOutputValue>): AnnotationRecord {
  const common = {
    id: String(row['id']),
    traceId: String(row['trace_id']),
    authorId: String(row['author_id']),
    comment: String(row['comment']),
    createdAtUnixMs: Number(row['created_at_unix_ms']),
  };
  const type = String(row['type']);
  switch (type) {
    case 'outcome':
      return { ...common, type, success: row['success'] === 1, score: Number(row['score']) };
    case 'label':
      return { ...common, type, label: String(row['label']), reviewer: String(row['reviewer']) };
    case 'metric':
      return {
        ...common,
        type,
        metricName: String(row['metric_name']),
        metricValue: Number(row['metric_value']),
      };
    default:
      throw new TypeError(`annotation ${common.id} has the unknown type ${type}: update Candela to read it`);
  }
}
