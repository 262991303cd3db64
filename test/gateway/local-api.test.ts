import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { chatAt } from '../server/team-call.ts';
import { startRig, type Rig } from './rig.ts';

/** 1000 tokens in and 50 out at the list's 0.15 and 0.60 USD a million. */
const LIST_COST = 1_000n * 150n + 50n * 600n;

const PRICE = {
  ...{ provider: 'openai', model: 'gpt-4o-mini' },
  ...{ input_per_million: 0.777, output_per_million: 1.234567 },
};
/** The same at this price: 777 and 1234.567 nano-dollars a token. */
const SET_COST = 1_000n * 777n + 61_728n;

interface Settings {
  readonly pricing: { readonly discount_percent: number; readonly models: readonly object[] };
  readonly caching: object;
  readonly capture_content: boolean;
}

describe('settings at run time', () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const start = async (config: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    rig = await startRig({ budgetDailyUsd: 100, config });
  };

  const ask = async (path: string, method = 'GET', body?: object): Promise<Settings> => {
    const answer = await fetch(`${rig.daemon.url}/_local/api/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const value = await answer.text();
    assert.equal(answer.status, 200, value);
    return JSON.parse(value) as Settings;
  };
  const set = (change: object): Promise<Settings> => ask('config', 'POST', change);
  /** What one call costs: in the ledger, in its span, and in the list of traces. */
  const costOfCall = async (): Promise<bigint> => {
    const before = rig.ledger().spent;
    const answer = await chatAt(rig.daemon.url);
    await answer.text();
    assert.equal(answer.status, 200);
    const { spent, reserved } = rig.ledger();
    const cost = spent - before;
    assert.equal(reserved, 0n);
    const spanId = answer.headers.get('x-candela-span-id');
    const { spans } = (await (await fetch(`${rig.daemon.url}/_local/api/traces?limit=1`)).json()) as {
      spans: { span_id: string; cost_usd: number }[];
    };
    assert.deepEqual(
      spans.map((span) => [span.span_id, Math.round(span.cost_usd * 1e9)]),
      [[spanId, Number(cost)]],
    );
    assert.equal((await rig.spans()).find((span) => span.spanId === spanId)?.cost, cost);
    return cost;
  };

  it('price the next call to the nano-dollar, survive kill -9, and are forgotten when told', async () => {
    await start();
    assert.equal(await costOfCall(), LIST_COST);
    const now = await set({ pricing: { models: [PRICE] } });
    assert.deepEqual(now.pricing, { discount_percent: 0, models: [PRICE] });
    assert.equal(await costOfCall(), SET_COST);

    await rig.daemon.kill();
    await rig.restart();
    assert.deepEqual(await ask('config'), now);
    assert.equal(await costOfCall(), SET_COST);

    assert.deepEqual((await ask('config', 'DELETE')).pricing, { discount_percent: 0, models: [] });
    assert.equal(await costOfCall(), LIST_COST);
    await rig.daemon.kill();
    await rig.restart();
    assert.equal(await costOfCall(), LIST_COST);
  });

  it('lie over the file, each part by itself', async () => {
    const own = { provider: 'openai', model: 'our-own', input_per_million: 1, output_per_million: 1 };
    await start({ pricing: { discount_percent: 0.5, models: [own, PRICE] } });
    assert.equal(await costOfCall(), SET_COST / 2n);
    const cheaper = { ...PRICE, input_per_million: 0.1, output_per_million: 0.2 };
    const { pricing } = await set({ pricing: { models: [cheaper] } });
    assert.deepEqual(pricing, { discount_percent: 0.5, models: [own, cheaper] });
    assert.equal(await costOfCall(), (1_000n * 100n + 50n * 200n) / 2n);
    await set({ pricing: { discount_percent: 0 } });
    assert.equal(await costOfCall(), 1_000n * 100n + 50n * 200n);
    const { pricing: files } = await ask('config', 'DELETE');
    assert.deepEqual(files, { discount_percent: 0.5, models: [own, PRICE] });
    assert.equal(await costOfCall(), SET_COST / 2n);
  });

  it('leave a call that is under way the price it was admitted with', async () => {
    await start();
    const answer = await chatAt(rig.daemon.url, {
      stream: true,
      directives: '[fault hold after_events=2]',
    });
    await rig.fake.waitForRequest(({ body }) => body.includes('fault hold'));
    await set({ pricing: { models: [PRICE] } });
    const before = rig.ledger().spent;
    await rig.fake.release();
    await answer.text();
    assert.equal(rig.ledger().spent - before, LIST_COST);
    assert.equal(await costOfCall(), SET_COST);
  });

  it('make a model usable that had no price', async () => {
    await start();
    const call = () =>
      fetch(`${rig.daemon.url}/proxy/openai/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'brand-new',
          max_tokens: 10,
          messages: [{ role: 'user', content: 'hi' }],
        }),
      });
    const refused = await call();
    assert.equal(refused.status, 400);
    await refused.text();
    await set({ pricing: { models: [{ ...PRICE, model: 'brand-new' }] } });
    const answer = await call();
    await answer.text();
    assert.equal(answer.status, 200);
    const models = (await (await fetch(`${rig.daemon.url}/v1/models`)).json()) as { data: { id: string }[] };
    assert.ok(models.data.some(({ id }) => id === 'brand-new'));
  });

  it('switch off, and on again, that spans keep what was said', async () => {
    await start({ capture_content: false });
    await costOfCall();
    assert.deepEqual(contentIn(rig.home), { prompts: 0, answers: 0 });
    assert.equal((await set({ capture_content: true })).capture_content, true);
    await costOfCall();
    assert.deepEqual(contentIn(rig.home), { prompts: 1, answers: 1 });
    await set({ capture_content: false });
    await costOfCall();
    assert.deepEqual(contentIn(rig.home), { prompts: 1, answers: 1 });
  });

  it('are refused as a whole when one key is wrong, which is named', async () => {
    await start();
    const post = async (body: string): Promise<readonly [number, unknown]> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${rig.daemon.url}/_local/api/config`, { method: 'POST', headers, body });
      return [answer.status, await answer.json()];
    };
    const before = await ask('config');
    assert.deepEqual(await post('{"pricing":'), [400, { error: 'invalid JSON' }]);
    for (const [change, key] of [
      [{ pricng: {} }, 'pricng: unknown key'],
      [{ pricing: { discount_percent: 15 } }, 'pricing.discount_percent: '],
      [
        { pricing: { discount_percent: 0.5, models: [{ ...PRICE, input_per_million: '1' }] } },
        'pricing.models.0.input_per_million: ',
      ],
      [{ pricing: { models: [PRICE, { provider: 'openai' }] } }, 'pricing.models.1.model: '],
      [
        { capture_content: false, pricing: { models: [{ ...PRICE, input_per_million: -1 }] } },
        'pricing.models.0.input_per_million: ',
      ],
      [
        { pricing: { models: [{ ...PRICE, output_per_million: 1e300 }] } },
        'pricing.models.0.output_per_million: ',
      ],
      [{ caching: { cache_ttl: '2h' } }, 'caching.cache_ttl: '],
      [[], 'the body: '],
      [null, 'the body: '],
    ] as const) {
      const [status, told] = await post(JSON.stringify(change));
      assert.equal(status, 400, key);
      const { error } = told as { error: string };
      assert.equal(error.slice(0, key.length), key, error);
    }
    assert.deepEqual(await ask('config'), before);
  });

  it('say how prompts are cached, each part by itself', async () => {
    await start();
    assert.deepEqual(await ask('config/caching', 'POST', { anthropic: 'auto', gemini_cache_discount: 0.1 }), {
      ...{ anthropic: 'auto', cache_ttl: '5m', gemini_cache_discount: 0.1 },
    });
    await ask('config/caching', 'POST', { cache_ttl: '1h' });
    assert.deepEqual((await ask('config')).caching, {
      ...{ anthropic: 'auto', cache_ttl: '1h', gemini_cache_discount: 0.1 },
    });
  });

  it('have the next prompt to Claude marked for its cache, and the one after that not', async () => {
    await start();
    const markedAtProvider = async (): Promise<boolean> => {
      await rig.fake.reset();
      const answer = await fetch(`${rig.daemon.url}/proxy/anthropic-direct/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({
          ...{ model: 'claude-sonnet-4-20250514', max_tokens: 10, system: 'be brief' },
          messages: [{ role: 'user', content: 'hi' }],
        }),
      });
      await answer.text();
      assert.equal(answer.status, 200);
      const [seen] = await rig.fake.requests();
      return String(seen?.body).includes('"cache_control":{"type":"ephemeral","ttl":"1h"}');
    };
    assert.equal(await markedAtProvider(), false);
    await ask('config/caching', 'POST', { anthropic: 'system-only', cache_ttl: '1h' });
    assert.equal(await markedAtProvider(), true);
    await ask('config/caching', 'POST', { anthropic: 'off' });
    assert.equal(await markedAtProvider(), false);
  });

  it('are out of reach of web pages', async () => {
    await start();
    const { hostname, port } = new URL(rig.daemon.url);
    const statusWith = (headers: Record<string, string>, body: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const req = request(
          { hostname, port, path: '/_local/api/config', method: 'POST', headers },
          (res) => void text(res).then(() => resolve(res.statusCode), reject),
        );
        req.once('error', reject);
        req.end(body);
      });
    const json = { 'content-type': 'application/json' };
    const off = JSON.stringify({ pricing: { discount_percent: 1 } });
    assert.equal(await statusWith({ ...json, origin: 'https://evil.example' }, off), 403);
    assert.equal(await statusWith({ ...json, host: `evil.example:${port}` }, off), 403);
    assert.equal(await statusWith({ 'content-type': 'text/plain' }, off), 415);
    assert.equal((await ask('config')).pricing.discount_percent, 0);
    assert.equal(await statusWith({ ...json, origin: `http://localhost:${port}` }, '{}'), 200);
  });
});

describe('settings at run time, of two daemons on one store', () => {
  let folder: string;
  const daemons: TestDaemon[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-shared-'));
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.stop();
    await rm(folder, { recursive: true });
  });

  it('reach the other one within seconds', async () => {
    const config = { state_db_path: join(folder, 'state.db') };
    for (let index = 0; index < 2; index++) daemons.push(await startDaemon({ config }));
    const [one, other] = daemons.map(({ url }) => `${url}/_local/api/config`) as [string, string];
    await fetch(one, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pricing: { models: [PRICE] }, capture_content: false }),
    });
    const expected = await (await fetch(one)).text();
    await waitUntil({
      what: 'the change at the other daemon',
      probe: async () => (await (await fetch(other)).text()) === expected || undefined,
    });
  });
});

/** How many spans have kept something of what was asked, and of what was answered. */
function contentIn(home: string): { readonly prompts: number; readonly answers: number } {
  const db = new DatabaseSync(join(home, 'traces.db'), { readOnly: true, timeout: 5_000 });
  try {
    return {
      ...db
        .prepare(
          "SELECT count(nullif(gen_ai_input_content, '')) AS prompts, count(nullif(gen_ai_output_content, '')) AS answers FROM spans",
        )
        .get(),
    } as unknown as { prompts: number; answers: number };
  } finally {
    db.close();
  }
}
