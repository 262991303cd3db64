import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import OpenAI, { toFile } from 'openai';
import type { RecordedRequest } from '../fakes/provider/start.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { sendRaw } from './raw-http.ts';
import { startRig, type Rig } from './rig.ts';
import { worstCostOfCall } from './worst-cost.ts';

const MODEL = 'gpt-4o-mini';
/** 40 tokens in and 50 out at half of 150 and 600 nano-dollars a token. */
const ONE = 40n * 75n + 50n * 300n;
const CLAUDE = 'claude-sonnet-4-20250514';
/** The same tokens at half of 3 and 15 dollars a million. */
const ONE_OF_CLAUDE = 40n * 1_500n + 50n * 7_500n;
/** Of a company nobody knows. */
const UNPRICED = 'in-house-7';

interface BatchSpan {
  readonly name: string;
  readonly cost: bigint;
  readonly inputTokens: bigint;
  readonly traceId: string;
  readonly attributes: string;
}

describe('batches', () => {
  let rig: Rig;
  let openai: OpenAI;
  let anthropic: Anthropic;
  const connect = (): void => {
    const maxRetries = 0;
    openai = new OpenAI({ apiKey: 'sk-x', baseURL: `${rig.daemon.url}/proxy/openai/v1`, maxRetries });
    const baseURL = `${rig.daemon.url}/proxy/anthropic-direct`;
    anthropic = new Anthropic({ apiKey: 'sk-y', baseURL, maxRetries });
  };
  const start = async (budgetDailyUsd = 100): Promise<void> => {
    rig = await startRig({ budgetDailyUsd });
    connect();
  };
  afterEach(() => rig.close());

  const words = (extra = ''): string => `hello [usage in=40 out=50] ${extra}`;
  const bodyOf = (content: string, special: object = {}): object => ({
    ...{ model: MODEL, max_tokens: 50, messages: [{ role: 'user', content }] },
    ...special,
  });
  const lines = (contents: readonly string[], special: object = {}): string =>
    contents
      .map((content, index) => ({
        ...{ custom_id: `r${index}`, method: 'POST', url: '/v1/chat/completions' },
        body: bodyOf(content, special),
      }))
      .map((line) => JSON.stringify(line))
      .join('\n');
  const upload = (text: string) =>
    toFile(Buffer.from(text), 'batch.jsonl').then((file) => openai.files.create({ file, purpose: 'batch' }));
  const createFrom = async (text: string, metadata: Record<string, string> | null = null) => {
    const { id: input_file_id } = await upload(text);
    const endpoint = '/v1/chat/completions' as const;
    return openai.batches.create({ input_file_id, endpoint, completion_window: '24h', metadata });
  };
  const resultsOf = async (fileId: string): Promise<string> => (await openai.files.content(fileId)).text();
  const outputOf = async (batchId: string): Promise<string> => {
    const { output_file_id } = await openai.batches.retrieve(batchId);
    assert.ok(output_file_id);
    return output_file_id;
  };
  const claudeRequests = (ids: readonly string[], content = words(), model = CLAUDE) =>
    ids.map((custom_id) => ({
      custom_id,
      params: { model, max_tokens: 50, messages: [{ role: 'user' as const, content }] },
    }));
  const claudeResults = async (batchId: string): Promise<string[]> => {
    const types: string[] = [];
    for await (const { result } of await anthropic.messages.batches.results(batchId)) types.push(result.type);
    return types;
  };
  const batchSpans = async (): Promise<BatchSpan[]> => {
    await rig.spans();
    const db = new DatabaseSync(join(rig.home, 'traces.db'), { readOnly: true, timeout: 5_000 });
    const statement = db.prepare(
      `SELECT name, gen_ai_cost_nano_usd AS cost, gen_ai_input_tokens AS inputTokens, trace_id AS traceId,
              attributes FROM spans WHERE name LIKE 'batch %'`,
    );
    statement.setReadBigInts(true);
    const rows = statement.all() as unknown as BatchSpan[];
    db.close();
    return rows;
  };
  const sent = async (method: string, path: string): Promise<RecordedRequest[]> =>
    (await rig.fake.requests()).filter((one) => one.method === method && one.path === path);
  const refusalOf = async (
    call: Promise<unknown>,
  ): Promise<{ status: unknown; code: unknown; message: string }> => {
    const [outcome] = await Promise.allSettled([call]);
    assert.ok(outcome.status === 'rejected', 'the call is refused');
    const { status, code, message, error } = outcome.reason as {
      readonly status: unknown;
      readonly code?: unknown;
      readonly message: string;
      readonly error?: { readonly error?: { readonly code?: string } };
    };
    const inner = error?.error?.code;
    return { status, code: code ?? inner, message };
  };
  const settled = (): Promise<bigint> =>
    waitUntil({
      what: 'the batch to be charged',
      probe: () => (rig.ledger().spent > 0n ? rig.ledger().spent : undefined),
    });

  describe('of OpenAI', () => {
    it('are held at their worst cost, then charged half of what calls cost, to the nano-dollar and once', async () => {
      await start();
      const created = await openai.batches.create({
        input_file_id: (await upload(lines([words('a'), words('b'), words('c')]))).id,
        ...{ endpoint: '/v1/chat/completions', completion_window: '24h' },
      });
      const held = rig.ledger();
      assert.deepEqual([held.spent, held.reservations], [0n, 1n]);
      const worst = ['a', 'b', 'c'].map((extra) =>
        worstCostOfCall(MODEL, JSON.stringify(bodyOf(words(extra)))),
      );
      assert.equal(
        held.reserved * 2n,
        worst.reduce((sum, one) => sum + one),
      );
      const output = await outputOf(created.id);
      assert.equal(rig.ledger().reserved, held.reserved, 'a look at a batch changes nothing');

      const direct = await (await fetch(`${rig.fake.url}/v1/files/${output}/content`)).text();
      const response = await openai.files.content(output);
      assert.equal(await response.text(), direct);
      const { spent, reserved, reservations } = rig.ledger();
      assert.deepEqual([spent, reserved, reservations], [3n * ONE, 0n, 0n]);
      const [span, ...others] = await batchSpans();
      assert.deepEqual(others, []);
      assert.ok(span);
      assert.deepEqual([span.name, span.cost, span.inputTokens], [`batch chat ${MODEL}`, 3n * ONE, 120n]);
      assert.match(span.attributes, new RegExp(`candela\\.batch_id.*${created.id}`));

      assert.equal(await resultsOf(output), direct);
      assert.equal(rig.ledger().spent, 3n * ONE);
      assert.equal((await batchSpans()).length, 1);
    });

    it('reach the provider as they were sent', async () => {
      await start();
      const text = lines([words('ü 🌍')]);
      const { id } = await createFrom(text, { team: 'a' });
      const [creation] = await sent('POST', '/v1/batches');
      assert.ok(creation);
      assert.deepEqual(JSON.parse(creation.body).metadata, { team: 'a' });
      const { input_file_id } = await openai.batches.retrieve(id);
      assert.equal(await resultsOf(input_file_id), text);
      assert.equal(rig.ledger().spent, 0n, 'a file of requests is no file of results');
    });

    it('are refused where their worst cost is more than there is, and nothing is asked of the provider', async () => {
      await start(0.0001);
      const { id: input_file_id } = await upload(lines(Array.from({ length: 20 }, () => words())));
      const refusal = await refusalOf(
        openai.batches.create({ input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' }),
      );
      assert.deepEqual([refusal.status, refusal.code], [402, 'insufficient_budget']);
      assert.deepEqual(await sent('POST', '/v1/batches'), []);
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
    });

    it('are refused for a request that would be refused alone, which is named', async () => {
      await start();
      const unknown = `${lines([words()])}\n${lines([words()], { model: 'no-such-model' })}`;
      const cases: [text: string, status: number, message: RegExp][] = [
        [unknown, 400, /request 2 of the batch: unknown model: no-such-model/],
        [lines([words()], { model: undefined }), 400, /request 1 of the batch: missing or invalid model/],
        [`${lines([words()])}\nnot json`, 400, /request 2 of the batch: the line is no JSON object/],
        [lines([words()]).replace('chat/completions', 'responses'), 400, /must have "method":"POST", "url"/],
        ['', 400, /no requests/],
      ];
      for (const [text, status, message] of cases) {
        const refusal = await refusalOf(createFrom(text));
        assert.equal(refusal.status, status, refusal.message);
        assert.match(refusal.message, message);
      }
      const images = openai.batches.create({
        ...{ input_file_id: 'file-x', completion_window: '24h' },
        endpoint: '/v1/images/generations',
      });
      assert.deepEqual((await refusalOf(images)).code, 'pricing_not_configured');
      const missing = openai.batches.create({
        ...{ input_file_id: 'file-missing', completion_window: '24h', endpoint: '/v1/chat/completions' },
      });
      assert.match((await refusalOf(missing)).message, /could not be read from openai \(HTTP 404\)/);
      assert.deepEqual(await sent('POST', '/v1/batches'), []);
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
    });

    it('hold nothing any more when the provider refuses them, or is not reached', async () => {
      await start();
      await rig.fake.setScript([
        { match: { path: '/v1/batches' }, faults: [{ kind: 'status', code: 500 }], times: 1 },
      ]);
      assert.equal((await refusalOf(createFrom(lines([words()])))).status, 500);
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
      await rig.fake.stop();
      const unreached = anthropic.messages.batches.create({ requests: claudeRequests(['a']) });
      assert.equal((await refusalOf(unreached)).status, 502);
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
    });

    it('stay held when the provider is silent about whether it has begun', async () => {
      await start();
      const reset = { kind: 'cut', after: 'before_headers', reset: true } as const;
      await rig.fake.setScript([{ match: { path: '/v1/batches' }, faults: [reset], times: 1 }]);
      assert.equal((await refusalOf(createFrom(lines([words()])))).status, 502);
      assert.equal(rig.ledger().reservations, 1n);
      assert.ok(rig.ledger().reserved > 0n);
    });

    it('cost nothing for requests that failed, and all of them nothing if they end without results', async () => {
      await start();
      const { id } = await createFrom(lines([words(), words('[fault status code=400]'), words()]));
      await resultsOf(await outputOf(id));
      assert.equal(rig.ledger().spent, 2n * ONE);
      for (const fake_status of ['failed', 'expired', 'cancelled']) {
        const inVain = await createFrom(lines([words()]), { fake_status });
        assert.equal(rig.ledger().reservations, 1n);
        assert.equal((await openai.batches.retrieve(inVain.id)).status, fake_status);
        assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
      }
      assert.equal(rig.ledger().spent, 2n * ONE);
    });

    it('that are called off are charged for what was done', async () => {
      await start();
      const { id } = await createFrom(lines([words(), words(), words()]));
      assert.equal((await openai.batches.cancel(id)).status, 'cancelling');
      const held = rig.ledger().reservations;
      await resultsOf(await outputOf(id));
      assert.deepEqual([held, rig.ledger().spent, rig.ledger().reserved], [1n, 2n * ONE, 0n]);
    });

    it('outlive a daemon that is killed between creation and results', async () => {
      await start();
      const { id } = await createFrom(lines([words(), words()]));
      const { reserved } = rig.ledger();
      await rig.daemon.kill();
      await rig.restart();
      connect();
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [reserved, 1n]);
      await resultsOf(await outputOf(id));
      const after = rig.ledger();
      assert.deepEqual([after.spent, after.reserved, after.reservations], [2n * ONE, 0n, 0n]);
      await rig.daemon.kill();
      await rig.restart();
      connect();
      await resultsOf(await outputOf(id));
      assert.equal(rig.ledger().spent, 2n * ONE);
      assert.equal((await batchSpans()).length, 1);
    });

    it('are charged in full to whoever leaves before the last byte', async () => {
      await start();
      const { id } = await createFrom(lines([words(), words()]));
      const output = await outputOf(id);
      const path = `/v1/files/${output}/content`;
      await rig.fake.setScript([{ match: { path }, faults: [{ kind: 'hold', after: 900 }], times: 1 }]);
      const leaving = new AbortController();
      const url = `${rig.daemon.url}/proxy/openai${path}`;
      const answer = await fetch(url, { signal: leaving.signal });
      await answer.body?.getReader().read();
      assert.equal(rig.ledger().spent, 0n);
      leaving.abort();
      assert.equal(await settled(), 2n * ONE);
      assert.equal(rig.ledger().reserved, 0n);
    });

    it('are not charged for results that the provider breaks off, but for the next reading', async () => {
      await start();
      const { id } = await createFrom(lines([words(), words()]));
      const output = await outputOf(id);
      const path = `/v1/files/${output}/content`;
      await rig.fake.setScript([{ match: { path }, faults: [{ kind: 'half' }], times: 1 }]);
      const [broken] = await Promise.allSettled([resultsOf(output)]);
      assert.equal(broken.status, 'rejected');
      assert.deepEqual([rig.ledger().spent, rig.ledger().reservations], [0n, 1n]);
      await resultsOf(output);
      assert.deepEqual([rig.ledger().spent, rig.ledger().reservations], [2n * ONE, 0n]);
    });

    it('are charged by every spelling of the path, and for a part of the results as for all', async () => {
      await start();
      const spellings: [path: string, cost: bigint][] = [
        ['files/ID/content', ONE],
        ['files/ID/content/', ONE],
        // The stand-in knows no such path; what is asked of it shows that these are read along too.
        ['/files/ID/content', 0n],
        ['files/ID/%63ontent', 0n],
        ['x/../files/ID/content', 0n],
      ];
      for (const [path, cost] of spellings) {
        const before = rig.ledger().spent;
        const { id } = await createFrom(lines([words()]));
        const output = await outputOf(id);
        await sendRaw(rig.daemon.url, {
          method: 'GET',
          path: `/proxy/openai/v1/${path.replace('ID', output)}`,
          headers: ['Range: bytes=0-10', 'Connection: close'],
        });
        const [asked] = (await rig.fake.requests()).slice(-1);
        assert.deepEqual(
          [asked?.headers['range'], asked?.headers['accept-encoding']],
          [undefined, 'identity'],
          path,
        );
        assert.equal(rig.ledger().spent - before, cost, path);
      }
    });

    it('are charged once also when their results are read before it is known whose they are', async () => {
      await start();
      const { id } = await createFrom(lines([words()]));
      const told = (await (await fetch(`${rig.fake.url}/v1/batches/${id}`)).json()) as {
        output_file_id: string;
      };
      await resultsOf(told.output_file_id);
      assert.deepEqual([rig.ledger().spent, rig.ledger().reservations], [ONE, 1n]);
      assert.equal(await outputOf(id), told.output_file_id);
      assert.deepEqual([rig.ledger().spent, rig.ledger().reserved, rig.ledger().reservations], [ONE, 0n, 0n]);
      await resultsOf(told.output_file_id);
      assert.equal(rig.ledger().spent, ONE);
    });

    it('of responses, completions and embeddings are read by their own formats', async () => {
      await start();
      const file = (url: string, body: object): string =>
        JSON.stringify({ custom_id: 'a', method: 'POST', url, body });
      const cases = [
        ['/v1/responses', { model: MODEL, max_output_tokens: 50, input: words() }, ONE],
        [
          '/v1/completions',
          { model: 'gpt-3.5-turbo-instruct', max_tokens: 50, prompt: words() },
          40n * 750n + 50n * 1_000n,
        ],
        ['/v1/embeddings', { model: 'text-embedding-3-small', input: '[usage in=40] hello' }, 40n * 10n],
      ] as const;
      for (const [endpoint, body, cost] of cases) {
        const before = rig.ledger().spent;
        const { id: input_file_id } = await upload(file(endpoint, body));
        const { id } = await openai.batches.create({ input_file_id, endpoint, completion_window: '24h' });
        await resultsOf(await outputOf(id));
        assert.equal(rig.ledger().spent - before, cost, endpoint);
      }
    });
  });

  describe('of Anthropic', () => {
    it('are held, and charged once when the SDK reads their results, which leads it through Candela', async () => {
      await start();
      const requests = claudeRequests(['a', 'b', 'expired-c', 'canceled-d']);
      const { id } = await anthropic.messages.batches.create({ requests });
      const held = rig.ledger();
      assert.deepEqual([held.spent, held.reservations], [0n, 1n]);
      assert.ok(held.reserved >= 4n * ONE_OF_CLAUDE);
      assert.deepEqual(await claudeResults(id), ['succeeded', 'succeeded', 'expired', 'canceled']);
      const after = rig.ledger();
      assert.deepEqual([after.spent, after.reserved, after.reservations], [2n * ONE_OF_CLAUDE, 0n, 0n]);
      await claudeResults(id);
      assert.equal(rig.ledger().spent, 2n * ONE_OF_CLAUDE);
      const [span, ...others] = await batchSpans();
      assert.ok(span);
      assert.deepEqual(
        [others.length, span.name, span.cost],
        [0, `batch chat ${CLAUDE}`, 2n * ONE_OF_CLAUDE],
      );
    });

    it('charge reads from a cache and writes to it at half their price', async () => {
      await start();
      const content = 'hello [usage in=40 out=50 cached=1000 cache_write_5m=200 cache_write_1h=100]';
      const { id } = await anthropic.messages.batches.create({ requests: claudeRequests(['a'], content) });
      const alone = await fetch(`${rig.daemon.url}/proxy/anthropic-direct/v1/messages`, {
        method: 'POST',
        body: JSON.stringify(claudeRequests(['a'], content)[0]?.params),
      });
      await alone.text();
      const { spent } = rig.ledger();
      assert.ok(spent > ONE_OF_CLAUDE * 2n);
      await claudeResults(id);
      assert.equal((rig.ledger().spent - spent) * 2n, spent);
    });

    it('hold nothing any more once they are over without an answer', async () => {
      await start();
      const { id } = await anthropic.messages.batches.create({ requests: claudeRequests(['a', 'b']) });
      assert.equal((await anthropic.messages.batches.cancel(id)).processing_status, 'canceling');
      assert.equal(rig.ledger().reservations, 1n);
      const path = `/v1/messages/batches/${id}`;
      await rig.fake.setScript([{ match: { path }, faults: [{ kind: 'chunked' }] }]);
      assert.equal((await anthropic.messages.batches.retrieve(id)).processing_status, 'ended');
      assert.deepEqual([rig.ledger().reserved, rig.ledger().reservations], [0n, 0n]);
      assert.deepEqual(await claudeResults(id), ['canceled', 'canceled']);
      assert.equal(rig.ledger().spent, 0n);
    });

    it('that were created past Candela are charged to whoever reads their results', async () => {
      await start();
      const past = new Anthropic({ apiKey: 'sk-y', baseURL: rig.fake.url });
      const { id } = await past.messages.batches.create({ requests: claudeRequests(['a', 'b']) });
      await claudeResults(id);
      await claudeResults(id);
      assert.deepEqual([rig.ledger().spent, (await batchSpans()).length], [2n * ONE_OF_CLAUDE, 1]);
    });

    /** They went by at $0, with an error in the log. */
    it('that were created past Candela are not handed out as long as a model of theirs has no price', async () => {
      await start();
      const past = new Anthropic({ apiKey: 'sk-y', baseURL: rig.fake.url });
      const requests = [...claudeRequests(['a']), ...claudeRequests(['b'], words(), UNPRICED)];
      const { id } = await past.messages.batches.create({ requests });
      const refusal = await refusalOf(claudeResults(id));
      assert.deepEqual([refusal.status, refusal.code], [402, 'pricing_not_configured']);
      assert.match(refusal.message, new RegExp(UNPRICED));
      assert.equal(rig.ledger().spent, 0n);
      const price = { input_per_million: 3, output_per_million: 15 };
      const models = [{ provider: 'anthropic-direct', model: UNPRICED, ...price }];
      const told = await fetch(`${rig.daemon.url}/_local/api/config`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pricing: { models } }),
      });
      assert.equal(told.status, 200);
      assert.deepEqual(await claudeResults(id), ['succeeded', 'succeeded']);
      assert.equal(rig.ledger().spent, 2n * ONE_OF_CLAUDE);
    });

    it('are refused where their worst cost is more than there is, and nothing is sent', async () => {
      await start(0.01);
      const requests = claudeRequests(Array.from({ length: 30 }, (_, index) => `r${index}`));
      const refusal = await refusalOf(anthropic.messages.batches.create({ requests }));
      assert.deepEqual([refusal.status, refusal.code], [402, 'insufficient_budget']);
      assert.deepEqual(await rig.fake.requests(), []);
      const unknown = claudeRequests(['a'], words(), 'no-such-model');
      assert.match(
        (await refusalOf(anthropic.messages.batches.create({ requests: unknown }))).message,
        /request 1 of the batch: unknown model: no-such-model/,
      );
    });

    it('outlive a daemon that is killed between creation and results', async () => {
      await start();
      const { id } = await anthropic.messages.batches.create({ requests: claudeRequests(['a', 'b']) });
      await rig.daemon.kill();
      await rig.restart();
      connect();
      assert.equal(rig.ledger().reservations, 1n);
      await claudeResults(id);
      assert.deepEqual([rig.ledger().spent, rig.ledger().reserved], [2n * ONE_OF_CLAUDE, 0n]);
    });
  });
});
