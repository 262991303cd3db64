import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { anLlmSpan } from '../contract-suites/span-fixture.ts';
import { GroupCommit } from './group-commit.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { openDatabase } from './open.ts';
import { SpanOutbox } from './span-outbox.ts';

describe('span outbox', () => {
  let db: DatabaseSync;
  let commit: GroupCommit;
  let outbox: SpanOutbox;
  beforeEach(() => {
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA] });
    commit = new GroupCommit(db);
    outbox = new SpanOutbox(db);
  });
  afterEach(() => db.close());

  const ids = (of = outbox): string[] => of.oldest(100).map(({ span }) => span.spanId);

  it('gives back what was put in, oldest first, until it is removed', async () => {
    const spans = [anLlmSpan(), anLlmSpan(), anLlmSpan()];
    await commit.run(() => spans.forEach((span) => outbox.add(span)));
    assert.deepEqual(
      outbox.oldest(2).map(({ span }) => span),
      spans.slice(0, 2),
    );
    await commit.run(() => outbox.remove([spans[1]?.spanId ?? '']));
    assert.deepEqual(ids(), [spans[0]?.spanId, spans[2]?.spanId]);
  });

  it('removes what an earlier process left, once it has been read', async () => {
    const span = anLlmSpan();
    await commit.run(() => outbox.add(span));
    const next = new SpanOutbox(db);
    const found = ids(next);
    await commit.run(() => next.remove(found));
    assert.deepEqual(ids(next), []);
  });

  /**
   * Removing forgot where a span lay inside the step; when a neighbour in the same commit failed and the step ran
   * a second time there was nothing left to remove, and the span stayed in the outbox until the next start.
   */
  it('removes a span although a neighbour in the same commit fails', async () => {
    const span = anLlmSpan();
    await commit.run(() => outbox.add(span));
    const removed = commit.run(() => outbox.remove([span.spanId]));
    const failed = commit.run(() => {
      throw new Error('a neighbour');
    });
    await assert.rejects(failed);
    await removed;
    assert.deepEqual(ids(), []);
  });
});
