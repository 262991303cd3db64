import assert from 'node:assert/strict';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import Anthropic from '@anthropic-ai/sdk';
import { BEDROCK_REGION, startFakeBedrock } from '../fakes/bedrock/bedrock.ts';
import type { AwsKey } from '../fakes/bedrock/sigv4.ts';
import { collect } from '../fakes/collect.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { ledgerIn, nanoUsd, spansIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { compareCall } from './compare-call.ts';
import { type Exchange, exchange } from './exchange.ts';
import { assertAskedTheSame, assertAskedTheSameIn, FOR_CANDELA } from './received.ts';
import { sdkOutcome } from './sdk-outcome.ts';

/** Candela's own, and the one of a client that goes to AWS by itself. */
const OURS: AwsKey = {
  accessKeyId: 'AKIAOURS',
  secretAccessKey: 'our/secret+key',
  sessionToken: 'our==session',
};
const CLIENTS: AwsKey = { accessKeyId: 'AKIACLIENT', secretAccessKey: 'client/secret' };

/** A profile of all regions, whose price is not that of a region. */
const MODEL = 'global.anthropic.claude-haiku-4-5-20251001-v1:0';
const REGIONAL_MODEL = 'eu.anthropic.claude-haiku-4-5-20251001-v1:0';

describe('Claude on AWS Bedrock', () => {
  let bedrock: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    bedrock = await startFakeBedrock([OURS, CLIENTS]);
    daemon = await startDaemon({
      providers: [{ name: 'anthropic-bedrock', upstream: bedrock.url }],
      budgetDailyUsd: 1000,
      config: { aws: { region: BEDROCK_REGION } },
      env: {
        AWS_ACCESS_KEY_ID: OURS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: OURS.secretAccessKey,
        AWS_SESSION_TOKEN: OURS.sessionToken ?? '',
      },
    });
  });
  afterEach(() => bedrock.reset());
  after(async () => {
    await daemon.stop();
    await bedrock.stop();
  });

  const viaCandela = (): string => `${daemon.url}/proxy/anthropic-bedrock`;

  const bedrockSdk = (baseURL: string, defaultHeaders = {}): AnthropicBedrock =>
    new AnthropicBedrock({
      ...{ baseURL, awsRegion: BEDROCK_REGION, maxRetries: 0, defaultHeaders },
      ...{ awsAccessKey: CLIENTS.accessKeyId, awsSecretKey: CLIENTS.secretAccessKey },
    });

  type Messages = Pick<Anthropic['messages'], 'create'>;
  const direct = (): Messages => bedrockSdk(bedrock.url).messages;
  const throughCandela = (): Messages => bedrockSdk(viaCandela(), FOR_CANDELA).messages;
  const native = (): Messages =>
    new Anthropic({
      ...{ baseURL: viaCandela(), apiKey: 'sk-client', maxRetries: 0, defaultHeaders: FOR_CANDELA },
    }).messages;

  const ask = (prompt: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: 'user', content: prompt }],
  });
  const WEATHER: Anthropic.Tool = {
    name: 'weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } } },
  };
  const PICTURE: Anthropic.ImageBlockParam = {
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
  };
  const streamed = async (
    messages: Messages,
    request: Anthropic.MessageCreateParamsNonStreaming,
  ): Promise<unknown> => collect(await messages.create({ ...request, stream: true }));

  const CALLS: Readonly<Record<string, (messages: Messages) => Promise<unknown>>> = {
    JSON: (messages) => messages.create(ask('Say hello, 世界 🌍')),
    stream: (messages) => streamed(messages, ask('Hi 🌍')),
    'stream, split': (messages) => streamed(messages, ask('Hi 🌍 [fault split every=13]')),
    tools: (messages) => messages.create({ ...ask('Oslo [tool]'), tools: [WEATHER] }),
    'tools, stream': (messages) =>
      streamed(messages, { ...ask('Oslo [tool count=2]'), tools: [WEATHER, { ...WEATHER, name: 'wind' }] }),
    thinking: (messages) =>
      streamed(messages, { ...ask('Hi'), thinking: { type: 'enabled', budget_tokens: 1024 } }),
    images: (messages) =>
      messages.create({
        ...ask(''),
        messages: [{ role: 'user', content: [PICTURE, { type: 'text', text: 'What is it?' }] }],
      }),
    cache: (messages) =>
      messages.create({
        ...ask('[usage in=7 out=11 cached=1024 cache_write_5m=2048]'),
        system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      }),
    'rate limited': (messages) => messages.create(ask('Hi [fault status code=429]')),
    'a stream that is cut': (messages) => streamed(messages, ask('Hi [fault cut after_events=3]')),
  };

  /** Candela’s call first, which it signs in its own name; the fake lets none pass whose signature is wrong. */
  const assertAwsSawTheSame = async (version?: string): Promise<void> => {
    const [ours, sdk] = await bedrock.endedRequests(2);
    if (version === undefined) assertAskedTheSame(ours, sdk);
    else assertAskedTheSameIn(version, ours, sdk);
    assert.match(ours?.headers['authorization'] ?? '', /^AWS4-HMAC-SHA256 Credential=AKIAOURS\//);
    assert.equal(ours?.headers['x-api-key'], undefined);
  };

  describe('the SDK for Bedrock cannot tell Candela from AWS', () => {
    const all = {
      ...CALLS,
      'an exception in the stream': (messages: Messages) =>
        streamed(messages, ask('Hi [fault stream_error after_events=3]')),
    };
    for (const [name, call] of Object.entries(all)) {
      it(name, async () => {
        assert.deepEqual(
          await sdkOutcome(() => call(throughCandela())),
          await sdkOutcome(() => call(direct())),
        );
        await assertAwsSawTheSame();
      });
    }
  });

  describe('the SDK of Anthropic gets what the one for Bedrock gets', () => {
    for (const [name, call] of Object.entries(CALLS)) {
      it(name, async () => {
        assert.deepEqual(await sdkOutcome(() => call(native())), await sdkOutcome(() => call(direct())));
        await assertAwsSawTheSame('bedrock-2023-05-31');
      });
    }

    it('an exception in the stream, by the name Anthropic has for it', async () => {
      const outcome = await sdkOutcome(() =>
        streamed(native(), ask('Hi [fault stream_error after_events=3]')),
      );
      assert.deepEqual('error' in outcome && outcome.error.type, 'rate_limit_error');
    });

    it('an error where an event came damaged, and nothing after it', async () => {
      const { body, ending } = await post(
        '/v1/messages',
        nativeBody('Hi <damage after_events=4>', { stream: true }),
      );
      const events = body.toString().trim().split('\n\n');
      assert.equal(ending, 'complete');
      assert.equal(events.length, 5);
      assert.match(events.at(-1) ?? '', /^event: error\ndata: {"type":"error","error":{"type":"api_error",/);
    });
  });

  async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Exchange> {
    return exchange(daemon.url, {
      ...{ method: 'POST', path: `/proxy/anthropic-bedrock${path}`, body },
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  const bodyOf = (prompt: string, more: object = {}): string =>
    JSON.stringify({ ...more, max_tokens: 500, messages: [{ role: 'user', content: prompt }] });
  const nativeBody = (prompt: string, more: object = {}): string => bodyOf(prompt, { model: MODEL, ...more });
  const VERSION = { anthropic_version: 'bedrock-2023-05-31' };

  describe('the bytes', () => {
    // A proxy of nothing but signatures would be another Candela; so the way past it is the fake with its own key.
    for (const fault of [
      '',
      '[fault trickle bytes=11]',
      '[fault split every=5]',
      '[fault gzip]',
      '<damage after_events=3>',
      '[fault cut after_events=2]',
    ]) {
      for (const method of ['invoke', 'invoke-with-response-stream']) {
        it(`of the answer are the same both ways: ${method} ${fault}`, async () => {
          const sent = bodyOf(`Hi 🌍 ${fault}`, VERSION);
          const path = `/model/${encodeURIComponent(MODEL)}/${method}`;
          const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
          await post(path, sent, headers);
          const [seen] = await bedrock.endedRequests(1);
          // What Candela signed is signed for anyone: sent again, it is the direct call.
          const { host: _, ...signed } = seen?.headers ?? {};
          const ways = { direct: bedrock.url, viaCandela: viaCandela() };
          const { direct: answer, differences } = await compareCall(ways, {
            method: 'POST',
            path,
            headers: signed,
            body: sent,
          });
          assert.equal(answer.status, 200);
          assert.deepEqual(differences, []);
        });
      }
    }

    it('of a native call stay the same but for model, stream and version', async () => {
      const sent = `{ "model" : "${MODEL}",\n "stream":true, "messages":[{"role":"user","content":"gr\\u00fc\\u00dfe  é"}], "max_tokens": 5e2 }`;
      const answer = await post('/v1/messages?beta=true', sent, {
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'one-2025-01-01, two-2025-02-02',
        'x-api-key': 'sk-client',
        authorization: 'Bearer client',
        'x-amz-security-token': 'client',
        'X-Candela-Job-Id': 'job-1',
      });
      assert.equal(answer.status, 200);
      assert.match(answer.body.toString(), /^event: message_start\ndata: {/);
      const [seen] = await bedrock.endedRequests(1);
      assert.equal(
        seen?.path,
        '/model/global.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke-with-response-stream',
      );
      assert.equal(
        seen.body,
        '{"anthropic_beta":["one-2025-01-01","two-2025-02-02"],"anthropic_version":"bedrock-2023-05-31", "messages":[{"role":"user","content":"gr\\u00fc\\u00dfe  é"}], "max_tokens": 5e2 }',
      );
      assert.match(seen.headers['authorization'] ?? '', /^AWS4-HMAC-SHA256 Credential=AKIAOURS\//);
      assert.equal(seen.headers['x-amz-security-token'], OURS.sessionToken);
      const leaked = Object.keys(seen.headers).filter((name) =>
        /^(x-api-key|anthropic-.*|x-candela-.*)$/.test(name),
      );
      assert.deepEqual(leaked, []);
    });

    it('carry none of a client’s own AWS credentials', async () => {
      await throughCandela().create(ask('Hi'));
      const [seen] = await bedrock.endedRequests(1);
      assert.ok(!JSON.stringify(seen?.headers).includes(CLIENTS.accessKeyId));
    });
  });

  describe('what it costs', () => {
    const USED = '[usage in=7 out=11 cached=1024 cache_write_5m=2048 cache_write_1h=512]';
    /** List prices in nano-dollars a token, by hand. A region's are a tenth higher. */
    const COST = BigInt(7 * 1_000 + 11 * 5_000 + 1024 * 100 + 2048 * 1_250 + 512 * 2_000);
    const REGIONAL_COST = (COST * 11n) / 10n;

    const charged = async (path: string, sent: string): Promise<{ answer: Exchange; ledger: bigint }> => {
      const before = ledgerIn(daemon.home).spent;
      const answer = await post(path, sent);
      await waitUntil({
        what: 'the reservation to end',
        probe: () => ledgerIn(daemon.home).reservations === 0n || undefined,
      });
      return { answer, ledger: ledgerIn(daemon.home).spent - before };
    };

    /** Whoever reads spans has the pending ones written first. */
    const writePendingSpans = async (): Promise<void> => {
      const answer = await fetch(`${daemon.url}/candela.v1.TraceService/SearchSpans`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pagination: { pageSize: 1 } }),
      });
      assert.equal(answer.status, 200);
    };

    for (const [model, cost] of [
      [MODEL, COST],
      [REGIONAL_MODEL, REGIONAL_COST],
    ] as const) {
      it(`is the list price to the nano-dollar, streamed or not, by either path: ${model}`, async () => {
        const path = `/model/${model}`;
        const calls = [
          await charged('/v1/messages', bodyOf(USED, { model })),
          await charged('/v1/messages', bodyOf(`${USED}[fault split every=9]`, { model, stream: true })),
          await charged(`${path}/invoke`, bodyOf(USED, VERSION)),
          await charged(`${path}/invoke-with-response-stream`, bodyOf(`${USED}[fault trickle]`, VERSION)),
        ];
        assert.deepEqual(
          calls.map(({ answer, ledger }) => [answer.status, answer.ending, ledger]),
          calls.map(() => [200, 'complete', cost]),
        );
        const told = calls[0]?.answer.headers.find(([name]) => name === 'X-Candela-Cost-Usd')?.[1];
        assert.ok(told === undefined || nanoUsd(told) === cost, 'the header tells nothing, or the truth');
      });
    }

    it('is nothing for a refusal', async () => {
      const { answer, ledger } = await charged('/v1/messages', nativeBody('[fault status code=429]'));
      assert.deepEqual([answer.status, ledger], [429, 0n]);
    });

    for (const fault of [
      '[fault cut after_events=4]',
      '[fault stream_error after_events=4]',
      '<damage after_events=4>',
    ]) {
      it(`is something, and shows as failed, for an answer that broke off: ${fault}`, async () => {
        for (const path of ['/v1/messages', `/model/${MODEL}/invoke-with-response-stream`]) {
          const sent = path === '/v1/messages' ? nativeBody(fault, { stream: true }) : bodyOf(fault, VERSION);
          const { answer, ledger } = await charged(path, sent);
          assert.equal(answer.status, 200);
          assert.ok(ledger > 0n);
          const id = answer.headers.find(([name]) => name === 'X-Candela-Span-Id')?.[1];
          await writePendingSpans();
          const span = spansIn(daemon.home).find(({ spanId }) => spanId === id);
          assert.deepEqual([span?.status, span?.cost], ['error', ledger]);
        }
      });
    }
  });

  for (const path of ['/v1/messages', `/model/${MODEL}/invoke-with-response-stream`]) {
    it(`ends the model’s work when the client hangs up, and charges for what was done: ${path}`, async () => {
      const prompt = '[usage in=1000][answer chars=4000][fault stall after_events=9]';
      const sent = path === '/v1/messages' ? nativeBody(prompt, { stream: true }) : bodyOf(prompt, VERSION);
      const before = ledgerIn(daemon.home).spent;
      const answer = await exchange(daemon.url, {
        ...{ method: 'POST', path: `/proxy/anthropic-bedrock${path}`, body: sent },
        headers: { 'content-type': 'application/json' },
        hangUpAfterBytes: 300,
      });
      assert.equal(answer.ending, 'hung_up');
      const [seen] = await bedrock.endedRequests(1);
      assert.equal(seen?.end, 'client_gone');
      await waitUntil({
        what: 'the charge',
        probe: () => ledgerIn(daemon.home).spent > before || undefined,
      });
      assert.equal(ledgerIn(daemon.home).reservations, 0n);
    });
  }

  it('refuses what is not Claude’s, and what has another price than the list’s', async () => {
    const fast = { 'X-Amzn-Bedrock-PerformanceConfig-Latency': 'optimized' };
    const answers = [
      await post('/model/meta.llama3-70b-instruct-v1:0/invoke', bodyOf('Hi', VERSION)),
      await post('/v1/messages', nativeBody('Hi'), fast),
      await post('/v1/messages', nativeBody('Hi'), { 'X-Amzn-Bedrock-Service-Tier': 'priority' }),
      await post('/v1/messages', `{"model":"${MODEL}",${nativeBody('Hi').slice(1)}`),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 400],
    );
    assert.equal(ledgerIn(daemon.home).reservations, 0n);
    assert.deepEqual(bedrock.requests(), []);
  });

  it('lets nothing else through under its own credentials', async () => {
    for (const [method, path] of [
      ['GET', '/foundation-models'],
      ['POST', `/model/${MODEL}/converse`],
      ['POST', '/guardrail/x/version/1/apply'],
    ] as const) {
      const answer = await exchange(daemon.url, {
        method,
        path: `/proxy/anthropic-bedrock${path}`,
        headers: {},
      });
      assert.equal(answer.status, 402, path);
    }
    assert.deepEqual(bedrock.requests(), []);
  });
});
