import assert from 'node:assert/strict';
import { Agent } from 'undici';
import { waitUntil } from '../harness/wait-until.ts';
import { nanoUsd, startRig, totalCost, type Rig } from './rig.ts';
import { worstCostOfCall } from './worst-cost.ts';

const CALLS = 1_000;
const ROOM = 100;
const MODEL = 'gpt-4o-mini';

interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly costHeader: string | null;
}

describe('a thousand calls at once against a budget with room for a hundred', () => {
  let rig: Rig;
  let agent: Agent;
  let watching: NodeJS.Timeout | undefined;
  beforeEach(async () => {
    rig = await startRig();
    agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  });
  afterEach(async () => {
    clearInterval(watching);
    await agent.destroy();
    await rig.close();
  });

  const bodyWith = (directives: string): string =>
    JSON.stringify({
      model: MODEL,
      max_tokens: 50,
      messages: [{ role: 'user', content: `hello [usage in=40 out=50] ${directives}` }],
    });
  const call = async (body: string): Promise<Answered> => {
    const {
      statusCode,
      headers,
      body: answer,
    } = await agent.request({
      origin: rig.daemon.url,
      path: '/proxy/openai/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const json = (await answer.json()) as { readonly error?: { readonly code?: string } };
    const cost = headers['x-candela-cost-usd'];
    return { status: statusCode, code: json.error?.code, costHeader: typeof cost === 'string' ? cost : null };
  };
  const setLimit = async (limit: bigint): Promise<void> => {
    await rig.rpc('UserService/SetBudget', { userId: 'local', limitUsd: Number(limit) / 1e9 });
  };
  /** Looks at the ledger again and again until told to stop; answers the most it ever saw promised or spent. */
  const watchMost = (): (() => bigint) => {
    let most = 0n;
    const look = (): void => {
      const { spent, reserved } = rig.ledger();
      if (spent + reserved > most) most = spent + reserved;
    };
    watching = setInterval(look, 2);
    return () => {
      clearInterval(watching);
      look();
      return most;
    };
  };
  const byStatus = (answers: readonly Answered[]) => ({
    admitted: answers.filter(({ status }) => status === 200),
    refused: answers.filter(({ status, code }) => status === 402 && code === 'insufficient_budget'),
  });

  it('admits a hundred while all overlap, refuses the others, and no money goes astray', async () => {
    const body = bodyWith('[fault hold before_headers]');
    const worst = worstCostOfCall(MODEL, body);
    const limit = worst * BigInt(ROOM) + worst - 1n;
    await setLimit(limit);
    const mostSeen = watchMost();

    let refusedSoFar = 0;
    const calls = Array.from({ length: CALLS }, async () => {
      const answer = await call(body);
      if (answer.status === 402) refusedSoFar++;
      return answer;
    });
    await waitUntil({
      what: 'every call to be held by the provider or refused',
      probe: async () =>
        (refusedSoFar === CALLS - ROOM && (await rig.fake.requests()).length === ROOM) || undefined,
    });
    const held = rig.ledger();
    assert.deepEqual(
      [held.spent, held.reserved, held.reservations],
      [0n, worst * BigInt(ROOM), BigInt(ROOM)],
    );
    await rig.fake.release();
    const answers = await Promise.all(calls);

    const { admitted, refused } = byStatus(answers);
    assert.deepEqual([admitted.length, refused.length], [ROOM, CALLS - ROOM]);
    assert.deepEqual(
      refused.filter(({ costHeader }) => costHeader !== null),
      [],
    );
    const most = mostSeen();
    assert.ok(most <= limit, `${most} of ${limit} was promised`);
    assert.ok(most >= worst * BigInt(ROOM));

    const expected = BigInt(ROOM) * (40n * 150n + 50n * 600n);
    const spans = await rig.spans();
    const ledger = rig.ledger();
    assert.equal(spans.length, ROOM, 'a refused call leaves no span');
    assert.deepEqual([ledger.spent, totalCost(spans)], [expected, expected]);
    assert.deepEqual([ledger.reserved, ledger.reservations], [0n, 0n]);
    const told = (await rig.rpc('UserService/GetMyBudget')) as { totalRemainingUsd: number };
    assert.equal(told.totalRemainingUsd, Number(limit - expected) / 1e9);
  });

  it('never passes the limit when calls come and go as they please, and can be spent to the last call', async () => {
    const body = bodyWith('');
    const worst = worstCostOfCall(MODEL, body);
    const cost = 40n * 150n + 50n * 600n;
    const limit = worst + cost * 99n;
    await setLimit(limit);
    const mostSeen = watchMost();

    const answers: Answered[] = [];
    let left = CALLS;
    const client = async (): Promise<void> => {
      while (left-- > 0) answers.push(await call(body));
    };
    await Promise.all(Array.from({ length: 200 }, client));
    answers.push(await call(body));
    // Whoever was refused while others held the money does not come again, so something may be left by now.
    for (let rest = 0; rest <= ROOM && answers.at(-1)?.status !== 402; rest++) answers.push(await call(body));

    const { admitted, refused } = byStatus(answers);
    assert.deepEqual([admitted.length, refused.length], [ROOM, answers.length - ROOM]);
    const spans = await rig.spans();
    const { spent, reserved } = rig.ledger();
    const charged = BigInt(admitted.length) * cost;
    assert.deepEqual([spent, totalCost(spans), reserved], [charged, charged, 0n]);
    const told = admitted.flatMap(({ costHeader }) => (costHeader === null ? [] : [nanoUsd(costHeader)]));
    assert.deepEqual(
      told.filter((amount) => amount !== cost),
      [],
    );
    assert.ok(mostSeen() <= limit);
    assert.equal(limit - spent, worst - cost, 'spent until the next call had no room');
  });
});
