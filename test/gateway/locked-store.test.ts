import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { waitUntil } from '../harness/wait-until.ts';
import { startRig, totalCost, type Rig } from './rig.ts';

/** 40 tokens in and 50 out, nano-dollars. */
const COST = 40n * 150n + 50n * 600n;

describe('a store that another program locks for good', () => {
  let rig: Rig;
  let locker: DatabaseSync;
  beforeEach(async () => {
    rig = await startRig({ budgetDailyUsd: 1 });
    locker = new DatabaseSync(join(rig.home, 'state.db'));
  });
  afterEach(async () => {
    locker.close();
    await rig.close();
  });

  const call = async (directives: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${rig.daemon.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 50,
        messages: [{ role: 'user', content: `hello [usage in=40 out=50] ${directives}` }],
      }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const journals = (): string[] => readdirSync(rig.home).filter((name) => name.includes('-unwritten-'));

  it('costs no call that is under way its answer, refuses new ones, and loses no money to kill -9', async () => {
    const underWay = call('[fault hold before_headers]');
    await rig.fake.waitForRequest(({ path }) => path.endsWith('/chat/completions'));
    locker.exec('BEGIN IMMEDIATE');
    await rig.fake.release();
    const answer = await underWay;
    assert.equal(answer.status, 200);
    assert.ok(JSON.parse(answer.text));
    await waitUntil({
      what: 'the log to say so',
      probe: () => rig.daemon.log().includes('failed to deduct spend') || undefined,
    });
    assert.equal(journals().length, 1);
    const refused = await call('');
    assert.deepEqual([refused.status, refused.text.includes('governance_unavailable')], [503, true]);

    await rig.daemon.kill();
    locker.exec('ROLLBACK');
    assert.equal(rig.ledger().spent, 0n);
    await rig.restart();
    const spans = await rig.spans();
    const ledger = rig.ledger();
    assert.deepEqual([ledger.spent, totalCost(spans), spans.length], [COST, COST, 1]);
    assert.deepEqual([ledger.reserved, ledger.reservations, ledger.unwrittenSpans], [0n, 0n, 0n]);
    assert.deepEqual(journals(), []);

    await rig.daemon.stop();
    await rig.restart();
    assert.equal(rig.ledger().spent, COST);
  });
});
