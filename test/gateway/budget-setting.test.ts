import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon } from '../harness/daemon.ts';

/** What a call is answered, and whether `GetMyBudget` tells of a budget. */
interface Seen {
  readonly status: number;
  readonly hasBudget: boolean;
}

describe('budget.daily_usd of the configuration', () => {
  let home: string;
  let fake: FakeProvider;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-budget-setting-'));
    fake = await startFakeProvider({ openaiKeys: null });
  });
  after(async () => {
    await fake.stop();
    await rm(home, { recursive: true });
  });

  const seenWith = async (budgetDailyUsd: number | undefined): Promise<Seen> => {
    const daemon = await startDaemon({
      home,
      providers: [{ name: 'openai', upstream: fake.url }],
      ...(budgetDailyUsd !== undefined && { budgetDailyUsd }),
    });
    try {
      const post = (path: string, body: object): Promise<Response> =>
        fetch(daemon.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const messages = [{ role: 'user', content: 'hello' }];
      const called = await post('/v1/chat/completions', { model: 'gpt-4o-mini', messages });
      await called.arrayBuffer();
      const asked = await post('/candela.v1.UserService/GetMyBudget', {});
      return { status: called.status, hasBudget: 'budget' in ((await asked.json()) as object) };
    } finally {
      await daemon.stop();
    }
  };

  /**
   * The ledger kept the last limit it was told. Whoever took `daily_usd` out of the configuration was still refused
   * with 402, and nothing in the configuration said why.
   */
  it('is in force as long as it stands there, and no longer', async () => {
    assert.deepEqual(await seenWith(0.000_001), { status: 402, hasBudget: true });
    assert.deepEqual(await seenWith(undefined), { status: 200, hasBudget: false });
    assert.deepEqual(await seenWith(0.000_001), { status: 402, hasBudget: true });
  });
});
