import { createPriceBook, inputTokenBound, worstCostOf } from '@candela/core/pricing';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { BEDROCK_REGION, startFakeBedrock } from '../fakes/bedrock/bedrock.ts';
import { collect } from '../fakes/collect.ts';
import { failureOf } from '../fakes/failure-of.ts';
import { type GoogleTokenEndpoint, startGoogleTokenEndpoint } from '../fakes/google-token-endpoint.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { startFakeVertex, VERTEX_PROJECT, VERTEX_REGION } from '../fakes/vertex/vertex.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';

const AWS = { accessKeyId: 'AKIAOURS', secretAccessKey: 'our/secret+key' };

const MODEL = 'claude-haiku-4-5-20251001';
const USED = '[usage in=7 out=11 cached=1024 cache_write_5m=2048 cache_write_1h=512]';
/** List prices of that model in nano-dollars a token, by hand. */
const COST = BigInt(7 * 1_000 + 11 * 5_000 + 1024 * 100 + 2048 * 1_250 + 512 * 2_000);

const MARK = { cache_control: { type: 'ephemeral' } };
const HOUR = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const text = (said: string): { type: 'text'; text: string } => ({ type: 'text', text: said });

interface Prompt {
  readonly system: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
}

const PROMPT: Prompt = {
  system: 'Be short.',
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello.' },
    { role: 'user', content: USED },
  ],
};

type Headers = Readonly<Record<string, string>>;
/** How an answer comes. */
type Form = 'whole' | 'streamed';

describe('prompt caching', () => {
  let folder: string;
  let tokens: GoogleTokenEndpoint;
  let fake: FakeProvider;
  let vertex: FakeServer;
  let bedrock: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-caching-'));
    tokens = await startGoogleTokenEndpoint();
    fake = await startFakeProvider({ openaiKeys: null, anthropicKeys: null });
    vertex = await startFakeVertex((token) => tokens.isToken(token));
    bedrock = await startFakeBedrock([AWS]);
    daemon = await startCandela({});
  });
  afterEach(async () => {
    vertex.reset();
    bedrock.reset();
    await fake.reset();
  });
  after(async () => {
    await daemon.stop();
    await fake.stop();
    await vertex.stop();
    await bedrock.stop();
    await tokens.stop();
    await rm(folder, { recursive: true });
  });

  const startCandela = async (caching: object): Promise<TestDaemon> =>
    startDaemon({
      providers: [
        { name: 'anthropic-direct', upstream: fake.url },
        { name: 'anthropic-vertex', upstream: vertex.url },
        { name: 'anthropic', upstream: vertex.url },
        { name: 'anthropic-bedrock', upstream: bedrock.url },
      ],
      budgetDailyUsd: 1000,
      config: {
        vertex_ai: { project_id: VERTEX_PROJECT, region: VERTEX_REGION, ...caching },
        aws: { region: BEDROCK_REGION },
      },
      env: {
        GOOGLE_APPLICATION_CREDENTIALS: await tokens.writeCredentials(folder),
        AWS_ACCESS_KEY_ID: AWS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: AWS.secretAccessKey,
      },
    });

  const anthropic = (provider: string, headers: Headers): Anthropic =>
    new Anthropic({
      ...{ baseURL: `${daemon.url}/proxy/${provider}`, apiKey: 'sk-client', maxRetries: 0 },
      defaultHeaders: headers,
    });
  const messages = async (provider: string, model: string, headers: Headers, form: Form): Promise<void> => {
    const client = anthropic(provider, headers).messages;
    const request = { model, max_tokens: 500, system: PROMPT.system, messages: [...PROMPT.messages] };
    await (form === 'streamed'
      ? client.create({ ...request, stream: true }).then(collect)
      : client.create(request));
  };
  const chat = async (headers: Headers, form: Form): Promise<void> => {
    const baseURL = `${daemon.url}/proxy/anthropic/v1`;
    const client = new OpenAI({ baseURL, apiKey: 'sk-client', maxRetries: 0, defaultHeaders: headers });
    const { completions } = client.chat;
    const system = { role: 'system', content: PROMPT.system } as const;
    const request = { model: MODEL, max_tokens: 500, messages: [system, ...PROMPT.messages] };
    await (form === 'streamed'
      ? completions.create({ ...request, stream: true }).then(collect)
      : completions.create(request));
  };

  interface Way {
    readonly call: (headers: Headers, form: Form) => Promise<void>;
    /** The body of the one call that was made since the last reset, as it reached the provider. */
    readonly sent: () => Promise<string>;
  }
  const bodyAt = async (server: FakeServer): Promise<string> =>
    (await server.endedRequests(1))[0]?.body ?? '';
  const WAYS: Readonly<Record<string, Way>> = {
    'anthropic-direct': {
      call: (headers, form) => messages('anthropic-direct', MODEL, headers, form),
      sent: async () => (await fake.requests())[0]?.body ?? '',
    },
    'anthropic-vertex': {
      call: (headers, form) => messages('anthropic-vertex', MODEL, headers, form),
      sent: () => bodyAt(vertex),
    },
    'anthropic-bedrock': {
      call: (headers, form) => messages('anthropic-bedrock', `global.anthropic.${MODEL}-v1:0`, headers, form),
      sent: () => bodyAt(bedrock),
    },
    anthropic: { call: chat, sent: () => bodyAt(vertex) },
  };

  const charged = async (call: () => Promise<void>): Promise<bigint> => {
    const before = ledgerIn(daemon.home).spent;
    await call();
    await waitUntil({
      what: 'the reservation to end',
      probe: () => ledgerIn(daemon.home).reservations === 0n || undefined,
    });
    return ledgerIn(daemon.home).spent - before;
  };

  /** What was sent of the prompt: a text and the one block that it stands for are the same. */
  const promptIn = (body: string): unknown => {
    const asBlocks = (content: unknown): unknown => (typeof content === 'string' ? [text(content)] : content);
    const { system, messages: sent } = JSON.parse(body) as Prompt;
    return { system: asBlocks(system), messages: sent.map(({ content }) => asBlocks(content)) };
  };
  const prompt = (system: object, last: object): unknown => ({
    system: [{ ...text(PROMPT.system), ...system }],
    messages: [[text('Hi')], [text('Hello.')], [{ ...text(USED), ...last }]],
  });

  for (const [provider, { call, sent }] of Object.entries(WAYS)) {
    for (const form of ['whole', 'streamed'] as const) {
      it(`${provider}, ${form}: marks head and end with auto, and is paid for what was written`, async () => {
        assert.equal(await charged(() => call({ 'X-Candela-Caching': 'auto' }, form)), COST);
        assert.deepEqual(promptIn(await sent()), prompt(MARK, MARK));
      });

      it(`${provider}, ${form}: marks the system prompt for an hour if asked for that`, async () => {
        const headers = { 'X-Candela-Caching': 'system-only', 'X-Candela-Cache-TTL': '1h' };
        assert.equal(await charged(() => call(headers, form)), COST);
        assert.deepEqual(promptIn(await sent()), prompt(HOUR, {}));
      });

      it(`${provider}, ${form}: marks nothing unless asked`, async () => {
        await call({}, form);
        assert.deepEqual(promptIn(await sent()), prompt({}, {}));
      });
    }
  }

  it('leaves a client alone that caches itself', async () => {
    const system = [{ ...text('Be short.'), cache_control: { type: 'ephemeral' as const } }];
    const request: Anthropic.MessageCreateParamsNonStreaming = {
      ...{ model: MODEL, max_tokens: 500, system, messages: [{ role: 'user', content: 'Hi' }] },
    };
    await anthropic('anthropic-direct', { 'X-Candela-Caching': 'auto' }).messages.create(request);
    assert.deepEqual(
      (await fake.requests()).map(({ body }) => body),
      [JSON.stringify(request)],
    );
  });

  it('leaves a client of OpenAI alone that has decided about the cache', async () => {
    const client = new OpenAI({
      ...{ baseURL: `${daemon.url}/proxy/anthropic/v1`, apiKey: 'sk-client', maxRetries: 0 },
      defaultHeaders: { 'X-Candela-Caching': 'auto' },
    });
    const request = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hi' }] };
    await client.chat.completions.create({ ...request, prompt_cache_options: { mode: 'explicit' } });
    assert.ok(!(await bodyAt(vertex)).includes('cache_control'));
  });

  it('gives a model on Bedrock no longer a time than it knows', async () => {
    const headers = { 'X-Candela-Caching': 'system-only', 'X-Candela-Cache-TTL': '1h' };
    await messages('anthropic-bedrock', 'anthropic.claude-sonnet-4-20250514-v1:0', headers, 'whole');
    assert.deepEqual(promptIn(await bodyAt(bedrock)), prompt(MARK, {}));
  });

  it('sets aside what the writes cost that Candela causes', async () => {
    const model = createPriceBook({}).find('anthropic-direct', MODEL);
    assert.ok(model);
    const request = {
      ...{ model: MODEL, max_tokens: 500, system: 'Be short.' },
      messages: [{ role: 'user' as const, content: 'Hi [fault stall before_headers]' }],
    };
    const worst = (cacheWrites: 'none' | '5m' | '1h'): bigint =>
      worstCostOf({
        ...{ model, outputTokenCap: 500, cacheWrites },
        inputTokenBound: inputTokenBound(Buffer.byteLength(JSON.stringify(request)), request, model),
      });
    const reservedFor = async (headers: Headers): Promise<bigint> => {
      const call = new AbortController();
      const { signal } = call;
      const outcome = failureOf(
        anthropic('anthropic-direct', headers).messages.create(request, { signal }).asResponse(),
      );
      const { reserved } = await waitUntil({
        what: 'the reservation',
        probe: () => [ledgerIn(daemon.home)].find(({ reservations }) => reservations > 0n),
      });
      await fake.waitForRequest(({ end }) => end === 'open');
      call.abort();
      await outcome;
      await fake.waitForRequest(({ end }) => end === 'client_gone');
      await charged(async () => undefined);
      await fake.reset();
      return reserved;
    };
    const auto = { 'X-Candela-Caching': 'auto' };
    assert.equal(await reservedFor({}), worst('none'));
    assert.equal(await reservedFor(auto), worst('5m'));
    assert.equal(await reservedFor({ ...auto, 'X-Candela-Cache-TTL': '1h' }), worst('1h'));
  });

  for (const [name, allowed] of [
    ['X-Candela-Caching', 'off, auto, system-only'],
    ['X-Candela-Cache-TTL', '5m, 1h'],
  ] as const) {
    it(`refuses a ${name} that it does not know, and asks nobody`, async () => {
      const error = await failureOf(messages('anthropic-direct', MODEL, { [name]: 'on' }, 'whole'));
      assert.ok(error instanceof Anthropic.BadRequestError, String(error));
      const { error: told } = error.error as { error: object };
      assert.deepEqual(told, {
        message: `${name}: must be one of ${allowed}`,
        type: 'invalid_request_error',
        code: 'invalid_request_error',
      });
      assert.deepEqual(await fake.requests(), []);
    });
  }

  describe('as configured', () => {
    let plain: TestDaemon;
    before(async () => {
      plain = daemon;
      daemon = await startCandela({ prompt_caching: 'auto', cache_ttl: '1h' });
    });
    after(async () => {
      await daemon.stop();
      daemon = plain;
    });

    it('is what happens unasked', async () => {
      await messages('anthropic-direct', MODEL, {}, 'whole');
      assert.deepEqual(promptIn((await fake.requests())[0]?.body ?? ''), prompt(HOUR, HOUR));
    });

    it('is on with the configuration of its page', async () => {
      const page = await readFile(new URL('../../docs/prompt-caching.md', import.meta.url), 'utf8');
      const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
      const file = join(folder, 'page.yaml');
      await writeFile(file, `${yaml}\nproviders: [{ name: anthropic-direct, upstream: '${fake.url}' }]\n`);
      const asConfigured = daemon;
      daemon = await startDaemon({ env: { CANDELA_CONFIG: file } });
      try {
        await messages('anthropic-direct', MODEL, {}, 'whole');
      } finally {
        await daemon.stop();
        daemon = asConfigured;
      }
      assert.deepEqual(promptIn((await fake.requests())[0]?.body ?? ''), prompt(MARK, MARK));
    });

    it('gives way to what a call asks', async () => {
      await messages('anthropic-direct', MODEL, { 'X-Candela-Cache-TTL': '5m' }, 'whole');
      await messages('anthropic-direct', MODEL, { 'X-Candela-Caching': 'off' }, 'whole');
      const bodies = (await fake.requests()).map(({ body }) => promptIn(body));
      assert.deepEqual(bodies, [prompt(MARK, MARK), prompt({}, {})]);
    });
  });
});
