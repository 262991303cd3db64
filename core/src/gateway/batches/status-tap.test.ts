import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { BATCH_SCHEMA } from '../../storage/sqlite/batch-schema.ts';
import { createSqliteBatchStore } from '../../storage/sqlite/batch-store.ts';
import { LEDGER_SCHEMA } from '../../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../../storage/sqlite/ledger.ts';
import { openDatabase } from '../../storage/sqlite/open.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { anthropicBatches } from './anthropic-batches.ts';
import { StatusTap } from './status-tap.ts';

const PATH = '/v1/messages/batches/m_1/results';
const ANSWER = `{"type":"message_batch","id":"m_1","note":"ü🌍","results_url":"https://api.anthropic.com${PATH}"}`;

describe('an answer that tells how batches stand', () => {
  let db: DatabaseSync;
  let ledger: SqliteLedger;
  beforeEach(() => {
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA, BATCH_SCHEMA] });
    const clock = manualClock('2026-07-31T12:00:00Z');
    const { logger } = recordedLog();
    ledger = new SqliteLedger({ db, clock, logger, timeZone: 'UTC', withoutBudget: 'deny' });
  });
  afterEach(async () => {
    await ledger.close();
    db.close();
  });

  const passed = async (chunks: readonly Buffer[], status = 200, special: readonly string[] = []) => {
    const batches = createSqliteBatchStore(db);
    const { logger } = recordedLog();
    const tap = new StatusTap({
      api: anthropicBatches,
      provider: 'anthropic-direct',
      batches,
      ledger,
      logger,
    });
    const headers = tap.begin(status, [
      'Content-Type',
      'application/json',
      'Content-Length',
      '9',
      ...special,
    ]);
    const parts = chunks.map((chunk) => {
      tap.write(chunk);
      return tap.rewrite?.(chunk) ?? chunk;
    });
    await tap.settle('complete');
    const body = Buffer.concat([...parts, tap.rewrite?.('end') ?? Buffer.alloc(0)]);
    return { headers, body: body.toString('utf8') };
  };
  const split = (text: string, every: number): Buffer[] => {
    const bytes = Buffer.from(text);
    const count = Math.ceil(bytes.length / every);
    return Array.from({ length: count }, (_, index) => bytes.subarray(index * every, (index + 1) * every));
  };

  it('leads back through Candela, however its bytes are cut', async () => {
    const redirected = ANSWER.replace('https://api.anthropic.com', '');
    for (const every of [1, 7, 1_000]) {
      assert.deepEqual(await passed(split(ANSWER, every)), {
        ...{ headers: ['Content-Type', 'application/json'], body: redirected },
      });
    }
  });

  it('is passed on as it is if it is a refusal, compressed, or very long', async () => {
    assert.equal((await passed(split(ANSWER, 7), 404)).body, ANSWER);
    assert.equal((await passed(split(ANSWER, 7), 200, ['Content-Encoding', 'gzip'])).body, ANSWER);
    const long = `[${Array.from({ length: 100_000 }, () => ANSWER).join(',')}]`;
    assert.equal((await passed(split(long, 1_000_000))).body === long, true);
  });
});
