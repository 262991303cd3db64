import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { type TestDaemon, startDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ledgerIn, nanoUsd, spansIn, totalCost, type SpanState } from './rig.ts';
import { worstCostOfCall } from './worst-cost.ts';

/** `CANDELA_LOAD=full` makes it ten thousand. */
const CALLS = process.env['CANDELA_LOAD'] === 'full' ? 10_000 : 2_000;
const ROOM = CALLS / 2;
const MODEL = 'gpt-4o-mini';
/** 40 tokens in and 50 out, nano-dollars. */
const COST = 40n * 150n + 50n * 600n;

const WITHOUT_DEADLINES = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0 };

interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly cost: bigint | undefined;
}

describe(`${CALLS} calls at once, two gateway processes, one store with money for half of them`, function () {
  this.timeout(300_000);
  let folder: string;
  let fake: FakeProvider;
  let daemons: TestDaemon[];
  let agent: Agent;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-two-'));
    fake = await startFakeProvider({ openaiKeys: null, anthropicKeys: null });
    agent = new Agent(WITHOUT_DEADLINES);
    daemons = [];
    for (const home of ['one', 'two']) {
      daemons.push(
        await startDaemon({
          home: await mkdtemp(join(folder, home)),
          providers: [{ name: 'openai', upstream: fake.url }],
          config: { state_db_path: join(folder, 'state.db') },
        }),
      );
    }
  });
  afterEach(async () => {
    await agent.destroy();
    for (const daemon of daemons) await daemon.stop();
    await fake.stop();
    await rm(folder, { recursive: true });
  });

  const daemon = (index: number): TestDaemon => daemons[index % daemons.length] as TestDaemon;
  const rpc = async (of: TestDaemon, method: string, request: object): Promise<unknown> => {
    const answer = await fetch(`${of.url}/candela.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  const setLimit = (limit: bigint): Promise<unknown> =>
    rpc(daemon(0), 'UserService/SetBudget', { userId: 'local', limitUsd: Number(limit) / 1e9 });
  const bodyWith = (directives: string): string =>
    JSON.stringify({
      model: MODEL,
      max_tokens: 50,
      messages: [{ role: 'user', content: `hello [usage in=40 out=50] ${directives}` }],
    });
  const call = async (index: number, body: string): Promise<Answered> => {
    const answer = await agent.request({
      origin: daemon(index).url,
      path: '/proxy/openai/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const json = (await answer.body.json()) as { readonly error?: { readonly code?: string } };
    const cost = answer.headers['x-candela-cost-usd'];
    return {
      status: answer.statusCode,
      code: json.error?.code,
      cost: typeof cost === 'string' ? nanoUsd(cost) : undefined,
    };
  };
  /** Both processes' spans, once they are written. */
  const spans = async (): Promise<SpanState[]> => {
    for (const one of daemons) await rpc(one, 'TraceService/SearchSpans', { pagination: { pageSize: 1 } });
    return daemons.flatMap(({ home }) => spansIn(home));
  };
  /** Looks at the ledger until told to stop; answers the most it ever saw promised or spent. */
  const watchMost = (): (() => Promise<bigint>) => {
    let most = 0n;
    const watch = { isOver: false };
    const watching = (async () => {
      while (!watch.isOver) {
        const { spent, reserved } = ledgerIn(folder);
        if (spent + reserved > most) most = spent + reserved;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    return async () => {
      watch.isOver = true;
      await watching;
      return most;
    };
  };
  /** How many answers there are of each kind. */
  const tally = (answers: readonly Answered[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { status, code } of answers) {
      const kind = code === undefined ? `${status}` : `${status} ${code}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };
  /** The alerts both processes raised, as their logs have them, lowest first. */
  const alerts = (): unknown[] =>
    daemons
      .flatMap((one) => one.log().split('\n'))
      .filter((line) => line.includes('🔔 budget alert'))
      .map((line) => JSON.parse(line) as { threshold: number; msg: string; email: string; user_id: string })
      .toSorted((a, b) => a.threshold - b.threshold)
      .map(({ msg, email, user_id: userId }) => [msg, userId, email.endsWith('@localhost')]);
  /** Whatever happened: all money is accounted for, call by call. */
  const assertBooksAgree = async (answers: readonly Answered[]): Promise<void> => {
    const wrong = answers.filter(
      ({ status, cost }) => cost !== undefined && (status !== 200 || cost !== COST),
    );
    assert.deepEqual(wrong, [], 'who is told a cost is told the true one, and a refused call has none');
    const written = await spans();
    const { spent, reserved, reservations, unwrittenSpans } = ledgerIn(folder);
    const charged = BigInt(ROOM) * COST;
    assert.deepEqual([written.length, totalCost(written), spent], [ROOM, charged, charged]);
    assert.deepEqual([reserved, reservations, unwrittenSpans], [0n, 0n, 0n]);
    assert.ok(
      daemons.every(({ home }) => spansIn(home).length > 0),
      'both had their part',
    );
    const failed = daemons.filter((one) => one.log().includes('failed to deduct spend'));
    assert.deepEqual(failed, [], 'neither kept the other from writing');
    assert.equal((await fake.requests()).length, ROOM, 'a refused call reaches no provider');
  };

  it('admits half of them while all overlap, and refuses the others', async () => {
    const body = bodyWith('[fault hold before_headers]');
    const worst = worstCostOfCall(MODEL, body);
    const limit = worst * BigInt(ROOM) + worst - 1n;
    await setLimit(limit);
    const mostSeen = watchMost();
    let refused = 0;
    const calls = Array.from({ length: CALLS }, async (_, index) => {
      const answer = await call(index, body);
      if (answer.status !== 200) refused++;
      return answer;
    });
    await waitUntil({
      what: 'every call to be held by the provider or refused',
      timeoutMs: 200_000,
      probe: async () => (refused === ROOM && (await fake.requests()).length === ROOM) || undefined,
      state: () => `${refused} refused`,
    });
    const held = ledgerIn(folder);
    assert.deepEqual([held.spent, held.reserved], [0n, worst * BigInt(ROOM)]);
    await fake.release();
    const answers = await Promise.all(calls);
    assert.deepEqual(tally(answers), { '200': ROOM, '402 insufficient_budget': ROOM });
    const most = await mostSeen();
    assert.ok(most <= limit, `${most} of ${limit} was promised`);
    await assertBooksAgree(answers);
  });

  it('never passes the limit when calls come and go as they please, and can be spent to the last call', async () => {
    const body = bodyWith('');
    const worst = worstCostOfCall(MODEL, body);
    const limit = worst + COST * BigInt(ROOM - 1);
    await setLimit(limit);
    await agent.destroy();
    // More new connections at once overflow the kernel's queue for them, which resets some.
    agent = new Agent({ ...WITHOUT_DEADLINES, connections: 1_000 });
    const mostSeen = watchMost();
    const answers = await Promise.all(Array.from({ length: CALLS }, (_, index) => call(index, body)));
    // Whoever was refused while others held the money does not come again, so something may be left by now.
    for (let rest = 0; rest <= ROOM && ledgerIn(folder).spent + worst <= limit; rest++)
      answers.push(await call(rest, body));
    answers.push(await call(0, body), await call(1, body));

    assert.deepEqual(tally(answers), { '200': ROOM, '402 insufficient_budget': answers.length - ROOM });
    const most = await mostSeen();
    assert.ok(most <= limit, `${most} of ${limit} was promised`);
    assert.equal(limit - ledgerIn(folder).spent, worst - COST, 'spent until the next call had no room');
    await assertBooksAgree(answers);
    assert.deepEqual(alerts(), [
      ['🔔 budget alert: 80% threshold reached', 'local', true],
      ['🔔 budget alert: 90% threshold reached', 'local', true],
    ]);
  });
});
