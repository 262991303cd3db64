import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleGenAI, type GoogleGenAIOptions } from '@google/genai';
import type { FakeServer } from '../fakes/fake-server.ts';
import { FAKE_GEMINI_KEY, GEMINI_PROJECT, GEMINI_REGION, startFakeGemini } from '../fakes/gemini/gemini.ts';
import { type GoogleTokenEndpoint, startGoogleTokenEndpoint } from '../fakes/google-token-endpoint.ts';
import { ledgerIn, nanoUsd } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { compareCall } from './compare-call.ts';
import { type Exchange, exchange, type RawRequest } from './exchange.ts';
import { GEMINI_CALLS, GEMINI_MODEL, type GeminiCall } from './gemini-calls.ts';
import { assertAskedTheSame, FOR_CANDELA } from './received.ts';
import { type SdkOutcome, sdkOutcome } from './sdk-outcome.ts';

type AuthClient = NonNullable<NonNullable<GoogleGenAIOptions['googleAuthOptions']>['authClient']>;

const SDK_CALLS = GEMINI_CALLS.flatMap(({ name, sdk }) => (sdk === undefined ? [] : [{ name, sdk }]));
const VERTEX_PATH = new RegExp(
  `^/v1(?:beta1)?/projects/${GEMINI_PROJECT}/locations/${GEMINI_REGION}/publishers/google/models/gemini-`,
);

const PROMPT = 'Say hello, 世界 🌍';

/** What a fault does to the answer, where it strikes, and how both ends see it. */
const CONDITIONS = {
  plain: { directive: '', ending: 'complete', upstream: 'answered' },
  trickled: { directive: '[fault trickle bytes=3]', ending: 'complete', upstream: 'answered' },
  'split inside characters': { directive: '[fault split]', ending: 'complete', upstream: 'answered' },
  compressed: { directive: '[fault gzip]', ending: 'complete', upstream: 'answered' },
  'rate limited': {
    directive: '[fault status code=429 retry_after=2]',
    ending: 'complete',
    upstream: 'answered',
  },
  'with repeated headers': {
    directive: '[fault duplicate_headers]',
    ending: 'complete',
    upstream: 'answered',
  },
  'cut in the middle': { directive: '[fault cut after=40]', ending: 'broken', upstream: 'cut_by_fake' },
  'reset in the middle': {
    directive: '[fault cut after=40 reset]',
    ending: 'broken',
    upstream: 'cut_by_fake',
  },
  'left by its client': { directive: '[fault stall after=40]', ending: 'hung_up', upstream: 'client_gone' },
} as const;

const SDK_CONDITIONS = {
  plain: '',
  split: '[fault split]',
  'rate limited': '[fault status code=429]',
  'broken off': '[fault cut after=40]',
} as const;

/** List prices of Gemini 2.5 Flash in nano-dollars a token, by hand. */
const PRICE = { input: 300n, output: 2_500n, cacheRead: 30n };
const USAGE = '[usage in=1000 out=90 cached=400 reasoning=60]';
const EXPECTED_COST = 600n * PRICE.input + 400n * PRICE.cacheRead + 90n * PRICE.output;

describe('Gemini', () => {
  let tokens: GoogleTokenEndpoint;
  let fake: FakeServer;
  let daemon: TestDaemon;
  let onVertex: TestDaemon;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-gemini-'));
    tokens = await startGoogleTokenEndpoint();
    fake = await startFakeGemini((token) => tokens.isToken(token));
    const providers = [{ name: 'google', upstream: fake.url }];
    daemon = await startDaemon({ providers, budgetDailyUsd: 1000 });
    onVertex = await startDaemon({
      providers,
      budgetDailyUsd: 1000,
      config: { vertex_ai: { project_id: GEMINI_PROJECT, region: GEMINI_REGION } },
      env: { GOOGLE_APPLICATION_CREDENTIALS: await tokens.writeCredentials(folder) },
    });
  });
  afterEach(() => fake.reset());
  after(async () => {
    await daemon.stop();
    await onVertex.stop();
    await fake.stop();
    await tokens.stop();
    await rm(folder, { recursive: true });
  });

  const geminiSdk = (baseUrl: string, headers = {}): GoogleGenAI =>
    new GoogleGenAI({ apiKey: FAKE_GEMINI_KEY, httpOptions: { baseUrl, headers } });

  const rawRequest = (call: GeminiCall, directive = ''): RawRequest => ({
    method: 'POST',
    path: `/v1beta/models/${call.path}`,
    headers: { 'content-type': 'application/json', 'x-goog-api-key': FAKE_GEMINI_KEY },
    body: JSON.stringify(call.body(`${PROMPT} ${directive}`)),
  });

  const ways = (): { direct: string; viaCandela: string } => ({
    direct: fake.url,
    viaCandela: `${daemon.url}/proxy/google`,
  });

  for (const call of GEMINI_CALLS.filter(({ name }) => !/embed|count/.test(name))) {
    describe(call.name, () => {
      for (const [name, { directive, ending, upstream }] of Object.entries(CONDITIONS)) {
        it(`${name}: the same bytes, the same ending`, async () => {
          const request = rawRequest(call, directive);
          if (name === 'compressed') request.headers['accept-encoding'] = 'gzip';
          if (ending === 'hung_up') request.hangUpAfterBytes = 40;
          const { direct, differences } = await compareCall(ways(), request);
          assert.deepEqual(differences, []);
          assert.equal(direct.ending, ending);
          const seen = await fake.endedRequests(2);
          assert.deepEqual(
            seen.map(({ end }) => end),
            [upstream, upstream],
          );
        });
      }

      it('reaches Google as it was sent', async () => {
        const request = rawRequest(call);
        await compareCall(ways(), request);
        const [direct, viaCandela] = await fake.endedRequests(2);
        assert.ok(direct !== undefined && viaCandela !== undefined);
        assert.deepEqual([viaCandela.path, viaCandela.body], [direct.path, direct.body]);
        assert.equal(viaCandela.headers['x-goog-api-key'], FAKE_GEMINI_KEY);
      });
    });
  }

  for (const { name, sdk } of SDK_CALLS) {
    for (const [condition, directive] of Object.entries(SDK_CONDITIONS)) {
      it(`${name}, ${condition}: Google’s SDK makes the same of it`, async () => {
        const prompt = `${PROMPT} ${directive}`;
        const direct = await sdkOutcome(() => sdk(geminiSdk(fake.url), prompt));
        const via = await sdkOutcome(() => sdk(geminiSdk(ways().viaCandela, FOR_CANDELA), prompt));
        assert.deepEqual(withoutSdkHeaders(via), withoutSdkHeaders(direct));
        const [asked, askedVia] = await fake.endedRequests(2);
        assertAskedTheSame(askedVia, asked);
        assert.equal(askedVia?.headers['x-goog-api-key'], FAKE_GEMINI_KEY);
      });
    }

    it(`${name}: the same from Vertex AI, asked in either API’s way`, async () => {
      const base = `${onVertex.url}/proxy/google`;
      const expected = await sdkOutcome(() => sdk(geminiSdk(fake.url), PROMPT));
      const geminiWay = await sdkOutcome(() => sdk(geminiSdk(base, FOR_CANDELA), PROMPT));
      assert.deepEqual(withoutSdkHeaders(geminiWay), withoutSdkHeaders(expected));
      const [asked, call] = await fake.endedRequests(2);
      assert.ok(asked !== undefined && call !== undefined);
      assertAskedTheSame({ ...call, path: asked.path }, asked);
      assert.match(call.path, VERTEX_PATH);
      assert.ok(tokens.isToken(call.headers['authorization']?.replace('Bearer ', '') ?? ''));
      assert.equal(call.headers['x-goog-api-key'], undefined);
    });
  }

  for (const { name, sdk } of SDK_CALLS.filter((call) => !/embed|count/.test(call.name))) {
    for (const condition of ['rate limited', 'broken off'] as const) {
      it(`${name}, ${condition}: fails on Vertex AI as it would without Candela`, async () => {
        const prompt = `${PROMPT} ${SDK_CONDITIONS[condition]}`;
        const direct = await sdkOutcome(() => sdk(geminiSdk(fake.url), prompt));
        const via = await sdkOutcome(() => sdk(geminiSdk(`${onVertex.url}/proxy/google`), prompt));
        assert.ok('error' in direct, JSON.stringify(direct));
        assert.deepEqual(via, direct);
        const [, call] = await fake.endedRequests(2);
        assert.match(call?.path ?? '', VERTEX_PATH);
      });
    }
  }

  it('ends the model’s work on Vertex AI when the client hangs up, and pays for what was done', async () => {
    const { spent } = ledgerIn(onVertex.home);
    const client = new AbortController();
    const stream = await geminiSdk(`${onVertex.url}/proxy/google`).models.generateContentStream({
      model: GEMINI_MODEL,
      contents: '[usage in=1000][answer chars=4000][fault stall after_events=3]',
      config: { abortSignal: client.signal },
    });
    const outcome = sdkOutcome(async () => {
      for await (const chunk of stream) if (chunk.text !== undefined) client.abort();
    });
    const [seen] = await fake.endedRequests(1);
    assert.equal(seen?.end, 'client_gone');
    assert.match(seen.path, VERTEX_PATH);
    await outcome;
    await waitUntil({
      what: 'the charge',
      probe: () => ledgerIn(onVertex.home).spent > spent || undefined,
    });
    assert.equal(ledgerIn(onVertex.home).reservations, 0n);
  });

  it('takes the calls of Google’s SDK for Vertex AI, whatever project they name', async () => {
    const client = vertexSdk(`${onVertex.url}/proxy/google`);
    const answer = await client.models.generateContent({ model: GEMINI_MODEL, contents: PROMPT });
    assert.match(answer.text ?? '', /You said: Say hello, 世界 🌍/);
    const [call] = await fake.endedRequests(1);
    assert.match(call?.path ?? '', VERTEX_PATH);
    assert.notEqual(call?.headers['authorization'], 'Bearer ya29.client');
  });

  describe('costs', () => {
    const FORMS = {
      JSON: `${GEMINI_MODEL}:generateContent`,
      'a stream': `${GEMINI_MODEL}:streamGenerateContent?alt=sse`,
      'a stream as a JSON array': `${GEMINI_MODEL}:streamGenerateContent`,
    };
    const spentBy = async (on: TestDaemon, call: Partial<RawRequest>): Promise<[bigint, Exchange]> => {
      const { spent } = ledgerIn(on.home);
      const answer = await exchange(on.url, {
        method: 'POST',
        path: '',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': FAKE_GEMINI_KEY },
        ...call,
      });
      const after = ledgerIn(on.home);
      assert.equal(after.reserved, 0n);
      return [after.spent - spent, answer];
    };
    const asking = (prompt: string): string =>
      JSON.stringify({ contents: [{ role: 'user', parts: [{ text: prompt }] }] });

    for (const [form, path] of Object.entries(FORMS)) {
      it(`${form}: the list price, to the nano-dollar, however it arrives`, async () => {
        for (const fault of ['', '[fault split]', '[fault trickle bytes=7]', '[fault gzip]']) {
          const [spent, { status, headers }] = await spentBy(daemon, {
            path: `/proxy/google/v1beta/models/${path}`,
            headers: { 'x-goog-api-key': FAKE_GEMINI_KEY, 'accept-encoding': 'gzip' },
            body: asking(`${PROMPT} ${USAGE} ${fault}`),
          });
          assert.deepEqual([status, spent], [200, EXPECTED_COST]);
          const told = headers.find(([name]) => name === 'X-Candela-Cost-Usd')?.[1];
          assert.ok([undefined, EXPECTED_COST].includes(told === undefined ? undefined : nanoUsd(told)));
        }
      });

      it(`${form}: the same on Vertex AI`, async () => {
        const body = asking(`${PROMPT} ${USAGE}`);
        const [spent] = await spentBy(onVertex, { path: `/proxy/google/v1/models/${path}`, body });
        assert.equal(spent, EXPECTED_COST);
      });

      it(`${form}: something, if the answer broke off or kept silent about it`, async () => {
        for (const fault of ['[fault cut after=300]', '[usage none]']) {
          const [spent] = await spentBy(daemon, {
            path: `/proxy/google/v1beta/models/${path}`,
            body: asking(`${PROMPT} ${fault} [answer chars=2000]`),
          });
          assert.ok(spent > 0n, fault);
        }
      });
    }

    it('embeddings: the input alone', async () => {
      const [spent] = await spentBy(daemon, {
        path: '/proxy/google/v1beta/models/gemini-embedding-001:embedContent',
        body: JSON.stringify({ content: { parts: [{ text: '[usage in=2000]' }] } }),
      });
      assert.equal(spent, 2_000n * 150n);
    });

    it('nothing: token counts, lists, files, and what is refused', async () => {
      const key = `key=${FAKE_GEMINI_KEY}`;
      const free = [
        { path: `/proxy/google/v1beta/models/${GEMINI_MODEL}:countTokens?${key}`, body: asking(PROMPT) },
        { method: 'GET', path: `/proxy/google/v1beta/models?${key}` },
        { path: `/proxy/google/v1beta/files?${key}`, body: '{}' },
      ];
      for (const call of free) {
        const [spent, { status }] = await spentBy(daemon, { headers: {}, ...call });
        assert.deepEqual([spent, status], [0n, 200], call.path);
      }
      const refused = {
        'imagen-4.0:predict': 402,
        [`${GEMINI_MODEL}:batchGenerateContent`]: 402,
        [`${GEMINI_MODEL}:generateContent?fields=candidates`]: 400,
        'gemini-9-dream:generateContent': 400,
      };
      for (const [path, expected] of Object.entries(refused)) {
        const call = { path: `/proxy/google/v1beta/models/${path}`, body: asking(PROMPT) };
        const [spent, { status }] = await spentBy(daemon, call);
        assert.deepEqual([spent, status], [0n, expected], path);
      }
      assert.equal((await fake.endedRequests(3)).length, 3);
    });

    it('nothing, and says what to do, where nobody has credentials', async () => {
      const [spent, answer] = await spentBy(daemon, {
        path: `/proxy/google/v1beta/models/${FORMS.JSON}`,
        headers: {},
        body: asking(PROMPT),
      });
      assert.deepEqual([spent, answer.status], [0n, 502]);
      assert.match(answer.body.toString('utf8'), /gcloud auth application-default login/);
      await waitUntil({
        what: 'the line in the log',
        probe: () => daemon.log().includes('failed to get ADC token') || undefined,
      });
    });
  });

  it('leave a span that says what was asked, how, and what came of it', async () => {
    const client = geminiSdk(ways().viaCandela);
    const config = { temperature: 0.5, topP: 0.25, maxOutputTokens: 77, systemInstruction: 'Be short.' };
    await client.models.generateContent({ model: GEMINI_MODEL, contents: 'Where is Oslo?', config });
    const answer = await fetch(`${daemon.url}/candela.v1.TraceService/SearchSpans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pagination: { pageSize: 1 } }),
    });
    const { spans } = (await answer.json()) as { spans: { genAi: Record<string, unknown> }[] };
    const { genAi } = spans[0] ?? { genAi: {} };
    assert.deepEqual(
      [genAi['provider'], genAi['model'], genAi['temperature'], genAi['topP'], genAi['maxTokens']],
      ['google', GEMINI_MODEL, 0.5, 0.25, '77'],
    );
    assert.match(String(genAi['inputContent']), /Where is Oslo\?/);
    assert.match(String(genAi['outputContent']), /^You said: Where is Oslo\?/);
  });

  it('a key never gets into the log', async () => {
    for (const path of [`${GEMINI_MODEL}:generateContent`, 'veo:predict', `${GEMINI_MODEL}:countTokens`]) {
      await exchange(daemon.url, {
        method: 'POST',
        path: `/proxy/google/v1beta/models/${path}?key=${FAKE_GEMINI_KEY}`,
        headers: {},
        body: JSON.stringify({ contents: [] }),
      });
    }
    await waitUntil({
      what: 'the refusal in the log',
      probe: () => daemon.log().includes('veo:predict') || undefined,
    });
    assert.equal(daemon.log().includes(FAKE_GEMINI_KEY), false);
  });
});

function vertexSdk(baseUrl: string): GoogleGenAI {
  // Google's own library is not asked: the client's credentials are none of Candela's business.
  const authClient = {
    getRequestHeaders: () => Promise.resolve(new Headers({ authorization: 'Bearer ya29.client' })),
  } as unknown as AuthClient;
  return new GoogleGenAI({
    vertexai: true,
    ...{ project: 'somebody-elses', location: 'us-central1' },
    httpOptions: { baseUrl },
    googleAuthOptions: { authClient },
  });
}

/** The SDK hands the header fields out with the answer, and among them are Candela's own. */
function withoutSdkHeaders(outcome: SdkOutcome): SdkOutcome {
  if (!('value' in outcome)) return outcome;
  const value: unknown = JSON.parse(outcome.value);
  return {
    value: JSON.stringify(value, (key, member: unknown) => (key === 'sdkHttpResponse' ? null : member)),
  };
}
