import assert from 'node:assert/strict';
import { Agent } from 'undici';
import { ledgerIn, spansIn, startRig, totalCost, type Rig, type SpanState } from './rig.ts';

const CALLS = 200;
const COST = 40n * 150n + 50n * 600n;
const LIMIT_USD = 100;

interface Seen {
  readonly spanId: string;
  /** The client had the whole answer, with the sign that it is the whole one. */
  readonly isComplete: boolean;
}

describe('kill -9 in the middle of two hundred calls', () => {
  let rig: Rig;
  let agent: Agent;
  beforeEach(async () => {
    rig = await startRig({ budgetDailyUsd: LIMIT_USD });
    agent = new Agent();
  });
  afterEach(async () => {
    await agent.destroy();
    await rig.close();
  });

  /** One call; what the client saw of it. Every third is a stream, every fifth a stream that comes byte by byte. */
  const call = async (index: number): Promise<Seen> => {
    const stream = index % 3 === 0 || index % 5 === 0;
    const trickle = index % 5 === 0 ? '[fault trickle bytes=40]' : '';
    let spanId = '';
    try {
      const { statusCode, headers, body } = await agent.request({
        origin: rig.daemon.url,
        path: '/proxy/openai/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'gpt-4o-mini',
          max_tokens: 50,
          stream,
          messages: [{ role: 'user', content: `call ${index} [usage in=40 out=50]${trickle}` }],
        }),
      });
      assert.equal(statusCode, 200);
      spanId = String(headers['x-candela-span-id']);
      const text = await body.text();
      return {
        spanId,
        isComplete: stream ? text.endsWith('data: [DONE]\n\n') : JSON.parse(text) !== undefined,
      };
    } catch {
      return { spanId, isComplete: false };
    }
  };

  /** Makes the calls twenty at a time and kills the daemon once this many have been answered. */
  const callUntilKilled = async (killAfter: number): Promise<Seen[]> => {
    const seen: Seen[] = [];
    let next = 0;
    let killing: Promise<void> | undefined;
    const client = async (): Promise<void> => {
      while (next < CALLS) {
        seen.push(await call(next++));
        if (seen.length >= killAfter) killing ??= rig.daemon.kill();
      }
    };
    await Promise.all(Array.from({ length: 20 }, client));
    await killing;
    return seen;
  };
  const duplicates = (spans: readonly SpanState[]): number =>
    spans.length - new Set(spans.map(({ spanId }) => spanId)).size;

  for (const killAfter of [1, 60, 130, 195]) {
    it(`loses no money, counts none twice and frees what was held, after ${killAfter} answers`, async () => {
      const seen = await callUntilKilled(killAfter);
      const complete = seen.filter(({ isComplete }) => isComplete);
      assert.ok(complete.length >= killAfter);
      const before = ledgerIn(rig.home);
      assert.ok(
        before.spent >= BigInt(complete.length) * COST,
        'nobody has an answer that the ledger has not',
      );

      await rig.restart();
      const spans = await rig.spans();
      const ledger = rig.ledger();
      const charged = new Set(spans.filter(({ cost }) => cost > 0n).map(({ spanId }) => spanId));
      assert.deepEqual(
        complete.filter(({ spanId }) => !charged.has(spanId)),
        [],
        'every complete answer is among the spans',
      );
      assert.equal(duplicates(spans), 0);
      assert.deepEqual([ledger.spent, totalCost(spans)], [before.spent, before.spent]);
      assert.deepEqual([ledger.reserved, ledger.reservations, ledger.unwrittenSpans], [0n, 0n, 0n]);
      const budget = (await rig.rpc('UserService/GetMyBudget')) as { totalRemainingUsd: number };
      const remaining = BigInt(LIMIT_USD) * 1_000_000_000n - ledger.spent;
      assert.equal(budget.totalRemainingUsd, Number(remaining) / 1e9);

      const again = await call(1);
      assert.equal(again.isComplete, true);
      assert.equal(rig.ledger().spent, ledger.spent + COST);
    });
  }

  it('loses nothing when it is killed again and again', async () => {
    const complete: Seen[] = [];
    for (const killAfter of [30, 10, 50]) {
      complete.push(...(await callUntilKilled(killAfter)).filter(({ isComplete }) => isComplete));
      await rig.restart();
    }
    const spans = await rig.spans();
    const ids = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(
      complete.every(({ spanId }) => ids.has(spanId)),
      true,
    );
    assert.equal(duplicates(spans), 0);
    assert.equal(rig.ledger().spent, totalCost(spans));
    assert.deepEqual(spansIn(rig.home).length, spans.length);
  });
});
