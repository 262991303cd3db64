import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';
import { collect } from '../fakes/collect.ts';
import { VERTEX_PROJECT, VERTEX_REGION } from '../fakes/vertex/vertex.ts';
import { nanoUsd } from '../gateway/rig.ts';
import { compareCall } from './compare-call.ts';
import { exchange } from './exchange.ts';
import { assertAskedTheSame, assertAskedTheSameIn, FOR_CANDELA } from './received.ts';
import { sdkOutcome } from './sdk-outcome.ts';
import { DIRECT_TOKEN, startVertexRig, type VertexRig } from './vertex-rig.ts';

const MODEL = 'claude-haiku-4-5-20251001';
const VERTEX_MODEL = 'claude-haiku-4-5@20251001';
const MODELS = `/projects/${VERTEX_PROJECT}/locations/${VERTEX_REGION}/publishers/anthropic/models`;

describe('Claude on Vertex AI', () => {
  let rig: VertexRig;
  before(async () => {
    rig = await startVertexRig(['anthropic-vertex']);
  });
  afterEach(() => rig.vertex.reset());
  after(() => rig.stop());

  const viaCandela = (): string => `${rig.daemon.url}/proxy/anthropic-vertex`;

  function vertexSdk(baseURL: string, defaultHeaders = {}): AnthropicVertex {
    // Google's own library is not asked: the client's credentials are none of Candela's business.
    const authClient = {
      projectId: VERTEX_PROJECT,
      getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${DIRECT_TOKEN}` })),
    };
    type Options = NonNullable<ConstructorParameters<typeof AnthropicVertex>[0]>;
    const options = {
      baseURL,
      region: VERTEX_REGION,
      projectId: VERTEX_PROJECT,
      maxRetries: 0,
      defaultHeaders,
    };
    return new AnthropicVertex({
      ...options,
      authClient: authClient as unknown as NonNullable<Options['authClient']>,
    });
  }

  /** A client, and what it calls the model. */
  interface Asked {
    readonly messages: Pick<Anthropic['messages'], 'create' | 'countTokens'>;
    readonly model: string;
  }
  const direct = (): Asked => ({ messages: vertexSdk(`${rig.vertex.url}/v1`).messages, model: VERTEX_MODEL });
  const throughCandela = (): Asked => ({
    messages: vertexSdk(`${viaCandela()}/v1`, FOR_CANDELA).messages,
    model: VERTEX_MODEL,
  });
  const native = (): Asked => {
    const options = {
      baseURL: viaCandela(),
      apiKey: 'sk-client',
      maxRetries: 0,
      defaultHeaders: FOR_CANDELA,
    };
    return { messages: new Anthropic(options).messages, model: MODEL };
  };

  const WEATHER = {
    name: 'weather',
    input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
  };

  const ask = (model: string, prompt: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model,
    max_tokens: 500,
    messages: [{ role: 'user', content: prompt }],
  });
  const PICTURE: Anthropic.ImageBlockParam = {
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
  };

  const CALLS: Readonly<Record<string, (client: Asked) => Promise<unknown>>> = {
    JSON: ({ messages, model }) => messages.create(ask(model, 'Say hello, 世界 🌍')),
    stream: async ({ messages, model }) =>
      collect(await messages.create({ ...ask(model, 'Hi 🌍'), stream: true })),
    'stream, split': async ({ messages, model }) =>
      collect(await messages.create({ ...ask(model, 'Hi 🌍 [fault split]'), stream: true })),
    tools: ({ messages, model }) =>
      messages.create({
        ...ask(model, 'Oslo [tool count=2]'),
        tools: [WEATHER, { ...WEATHER, name: 'wind' }],
      }),
    'tools, stream': async ({ messages, model }) =>
      collect(await messages.create({ ...ask(model, 'Oslo [tool]'), tools: [WEATHER], stream: true })),
    images: ({ messages, model }) =>
      messages.create({
        ...ask(model, ''),
        messages: [{ role: 'user', content: [PICTURE, { type: 'text', text: 'What is it?' }] }],
      }),
    cache: ({ messages, model }) =>
      messages.create({
        ...ask(model, '[usage in=7 out=11 cached=1024 cache_write_5m=2048]'),
        system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      }),
    count_tokens: ({ messages, model }) =>
      messages.countTokens({ model, messages: ask(model, 'Hi').messages }),
    'rate limited': ({ messages, model }) => messages.create(ask(model, 'Hi [fault status code=429]')),
    'an error in the stream': async ({ messages, model }) =>
      collect(
        await messages.create({ ...ask(model, 'Hi [fault stream_error after_events=3]'), stream: true }),
      ),
    'a stream that is cut': async ({ messages, model }) =>
      collect(await messages.create({ ...ask(model, 'Hi [fault cut after_events=3]'), stream: true })),
  };

  /** Candela’s call first, which it makes in its own name. */
  const assertGoogleSawTheSame = async (version?: string): Promise<void> => {
    const [ours, sdk] = await rig.vertex.endedRequests(2);
    if (version === undefined) assertAskedTheSame(ours, sdk);
    else assertAskedTheSameIn(version, ours, sdk);
    assert.ok(rig.tokens.isToken(ours?.headers['authorization']?.replace('Bearer ', '') ?? ''));
    assert.equal(ours?.headers['x-api-key'], undefined);
  };

  describe('the SDK for Vertex AI cannot tell Candela from Google', () => {
    for (const [name, call] of Object.entries(CALLS)) {
      it(name, async () => {
        assert.deepEqual(
          await sdkOutcome(() => call(throughCandela())),
          await sdkOutcome(() => call(direct())),
        );
        await assertGoogleSawTheSame();
      });
    }
  });

  describe('the SDK of Anthropic gets what the one for Vertex AI gets', () => {
    for (const [name, call] of Object.entries(CALLS)) {
      it(name, async () => {
        assert.deepEqual(await sdkOutcome(() => call(native())), await sdkOutcome(() => call(direct())));
        await assertGoogleSawTheSame('vertex-2023-10-16');
      });
    }
  });

  it('refuses a model it does not know before Google sees it', async () => {
    const { messages } = native();
    const outcome = await sdkOutcome(() => messages.create(ask('claude-none', 'Hi')));
    assert.equal('error' in outcome && outcome.error.status, 400);
    assert.deepEqual(rig.vertex.requests(), []);
  });

  const body = (prompt: string, more: object = {}): string =>
    JSON.stringify({ ...more, max_tokens: 500, messages: [{ role: 'user', content: prompt }] });

  describe('the bytes', () => {
    const VERSION = { anthropic_version: 'vertex-2023-10-16' };
    const json = { 'content-type': 'application/json', authorization: `Bearer ${DIRECT_TOKEN}` };
    const ways = (): { direct: string; viaCandela: string } => ({
      direct: `${rig.vertex.url}/v1`,
      viaCandela: `${viaCandela()}/v1`,
    });

    for (const fault of [
      '',
      '[fault trickle bytes=7]',
      '[fault split]',
      '[fault gzip]',
      '[fault cut after_events=2]',
    ]) {
      for (const stream of [false, true]) {
        it(`are the same both ways: ${stream ? 'stream' : 'JSON'} ${fault}`, async () => {
          const path = `${MODELS}/claude-haiku-4-5@20251001:${stream ? 'streamRawPredict' : 'rawPredict'}`;
          const request = { method: 'POST', path, headers: { ...json, 'accept-encoding': 'gzip' } };
          const sent = body(`Hi 🌍 ${fault}`, stream ? { ...VERSION, stream } : VERSION);
          const { differences } = await compareCall(ways(), { ...request, body: sent });
          assert.deepEqual(differences, []);
          const [one, other] = await rig.vertex.endedRequests(2);
          assert.deepEqual([other?.path, other?.body], [one?.path, one?.body]);
        });
      }
    }

    it('of a native call stay the same but for model and version', async () => {
      const sent = `{ "model" : "${MODEL}",\n "messages":[{"role":"user","content":"gr\\u00fc\\u00dfe  é"}], "max_tokens": 5e2 }`;
      const headers = {
        ...json,
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'context-1m-2025-08-07',
        'x-api-key': 'sk-client',
        'X-Candela-Job-Id': 'job-1',
      };
      const answer = await exchange(rig.daemon.url, {
        ...{ method: 'POST', path: '/proxy/anthropic-vertex/v1/messages?beta=true', headers, body: sent },
      });
      assert.equal(answer.status, 200);
      const [seen] = await rig.vertex.endedRequests(1);
      assert.equal(seen?.path, `/v1${MODELS}/claude-haiku-4-5@20251001:rawPredict`);
      assert.equal(
        seen.body,
        '{"anthropic_version":"vertex-2023-10-16",\n "messages":[{"role":"user","content":"gr\\u00fc\\u00dfe  é"}], "max_tokens": 5e2 }',
      );
      assert.equal(seen.headers['anthropic-beta'], 'context-1m-2025-08-07');
      assert.ok(rig.tokens.isToken(seen.headers['authorization']?.replace('Bearer ', '') ?? ''));
      const leaked = Object.keys(seen.headers).filter((name) =>
        /^(x-api-key|anthropic-version|x-candela-.*)$/.test(name),
      );
      assert.deepEqual(leaked, []);
    });

    it('name no other project and no other place than the configured ones', async () => {
      const path =
        '/v1/projects/somebody-elses/locations/asia/publishers/anthropic/models/claude-haiku-4-5@20251001:rawPredict';
      const answer = await exchange(rig.daemon.url, {
        ...{
          method: 'POST',
          path: `/proxy/anthropic-vertex${path}`,
          headers: json,
          body: body('Hi', VERSION),
        },
      });
      assert.equal(answer.status, 200);
      assert.equal(rig.vertex.requests()[0]?.path, `/v1${MODELS}/claude-haiku-4-5@20251001:rawPredict`);
    });
  });

  describe('what it costs', () => {
    const USED = '[usage in=7 out=11 cached=1024 cache_write_5m=2048 cache_write_1h=512]';
    /** List prices in nano-dollars a token, by hand. */
    const COST = BigInt(7 * 1_000 + 11 * 5_000 + 1024 * 100 + 2048 * 1_250 + 512 * 2_000);

    const charged: VertexRig['charged'] = (path, sent) => rig.charged(`/proxy/anthropic-vertex${path}`, sent);

    it('is the list price to the nano-dollar, streamed or not, by either path', async () => {
      const version = { anthropic_version: 'vertex-2023-10-16' };
      const path = `/v1${MODELS}/claude-haiku-4-5@20251001`;
      const calls = [
        await charged('/v1/messages', body(USED, { model: MODEL })),
        await charged('/v1/messages', body(`${USED}[fault split]`, { model: MODEL, stream: true })),
        await charged(`${path}:rawPredict`, body(USED, version)),
        await charged(
          `${path}:streamRawPredict`,
          body(`${USED}[fault trickle]`, { ...version, stream: true }),
        ),
      ];
      assert.deepEqual(
        calls.map(({ answer }) => [answer.status, answer.ending]),
        calls.map(() => [200, 'complete']),
      );
      assert.deepEqual(
        calls.map(({ ledger }) => ledger),
        calls.map(() => COST),
      );
      const told = calls[0]?.answer.headers.find(([name]) => name === 'X-Candela-Cost-Usd')?.[1];
      assert.ok(told === undefined || nanoUsd(told) === COST, 'the header tells nothing, or the truth');
    });

    it('is nothing for a refusal and for counting tokens', async () => {
      const refused = await charged('/v1/messages', body('[fault status code=429]', { model: MODEL }));
      const counted = await charged('/v1/messages/count_tokens', body('Hi', { model: MODEL }));
      assert.deepEqual([refused.answer.status, refused.ledger], [429, 0n]);
      assert.deepEqual([counted.answer.status, counted.ledger], [200, 0n]);
    });

    it('is something for an answer that broke off', async () => {
      const sent = body('hello [fault cut after_events=5]', { model: MODEL, stream: true });
      const { answer, ledger } = await charged('/v1/messages', sent);
      assert.equal(answer.ending, 'broken');
      assert.ok(ledger > 0n);
    });
  });

  it('lets nothing else through under its own credentials', async () => {
    for (const [method, path] of [
      ['GET', '/v1/projects/fake-project/locations/us-east5/endpoints'],
      ['GET', `/v1${MODELS}`],
      ['POST', `/v1${MODELS}/../../../../x:rawPredict`],
      [
        'POST',
        `/v1/projects/fake-project/locations/us-east5/publishers/google/models/gemini-2.5-pro:rawPredict`,
      ],
      ['POST', `/v1/projects/fake-project/locations/us-east5/batchPredictionJobs`],
    ] as const) {
      const answer = await exchange(rig.daemon.url, {
        method,
        path: `/proxy/anthropic-vertex${path}`,
        headers: {},
      });
      assert.equal(answer.status, 402, path);
    }
    assert.deepEqual(rig.vertex.requests(), []);
  });

  it('refuses a path and a body that do not agree on a stream', async () => {
    const path = `/proxy/anthropic-vertex/v1${MODELS}/claude-haiku-4-5@20251001:rawPredict`;
    const answer = await exchange(rig.daemon.url, {
      method: 'POST',
      path,
      headers: {},
      body: body('Hi', { stream: true }),
    });
    assert.equal(answer.status, 400);
    assert.match(answer.body.toString(), /streamRawPredict/);
  });

  describe('its access token', () => {
    it('is fetched once for any number of calls', async () => {
      await Promise.all(['a', 'b', 'c'].map((text) => native().messages.create(ask(MODEL, text))));
      assert.equal(rig.tokens.given(), 1);
    });
  });
});
