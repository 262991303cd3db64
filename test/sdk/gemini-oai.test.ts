import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { FAKE_GEMINI_KEY, startFakeGemini } from '../fakes/gemini/gemini.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { compareCall } from './compare-call.ts';
import { CONDITIONS } from './conditions.ts';
import type { RawRequest } from './exchange.ts';
import { sdkOutcome } from './sdk-outcome.ts';

const MODEL = 'gemini-2.5-flash';
const PROMPT = 'Say hello, 世界 🌍';

/** List prices of Gemini 2.5 Flash in nano-dollars a token, by hand; thoughts are output. */
const USAGE = '[usage in=1000 out=90 cached=400 reasoning=60]';
const EXPECTED_COST = 600n * 300n + 400n * 30n + 90n * 2_500n;

const TOOLS = [
  {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
] as const;

const chat = (prompt: string) =>
  ({ model: MODEL, max_tokens: 500, messages: [{ role: 'user', content: prompt }] }) as const;
const WITH_USAGE = { stream: true, stream_options: { include_usage: true } } as const;

const BODIES = {
  JSON: { streamed: false, rewritten: false, more: {} },
  'stream without include_usage': { streamed: true, rewritten: true, more: { stream: true } },
  'stream with include_usage': { streamed: true, rewritten: false, more: WITH_USAGE },
} as const;

const SDK_CALLS: Readonly<Record<string, (client: OpenAI, prompt: string) => Promise<unknown>>> = {
  JSON: (client, prompt) =>
    client.chat.completions.create({ ...chat(prompt), messages: [...chat(prompt).messages] }),
  stream: async (client, prompt) =>
    collect(
      await client.chat.completions.create({
        model: MODEL,
        messages: [...chat(prompt).messages],
        stream: true,
      }),
    ),
  'stream with include_usage': async (client, prompt) =>
    collect(
      await client.chat.completions.create({
        model: MODEL,
        messages: [...chat(prompt).messages],
        ...WITH_USAGE,
      }),
    ),
  'tools, stream': async (client, prompt) =>
    collect(
      await client.chat.completions.create({
        ...{ model: MODEL, stream: true, tools: [...TOOLS] },
        messages: [...chat(`[tool] ${prompt}`).messages],
      }),
    ),
  embeddings: (client, prompt) => client.embeddings.create({ model: 'gemini-embedding-001', input: prompt }),
  models: async (client) => collect(client.models.list()),
};

describe('Gemini in OpenAI’s format', () => {
  let fake: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    fake = await startFakeGemini();
    daemon = await startDaemon({
      providers: [{ name: 'gemini-oai', upstream: fake.url }],
      budgetDailyUsd: 1000,
    });
  });
  afterEach(() => fake.reset());
  after(async () => {
    await daemon.stop();
    await fake.stop();
  });

  const ways = (): { direct: string; viaCandela: string } => ({
    direct: `${fake.url}/v1beta/openai`,
    viaCandela: `${daemon.url}/proxy/gemini-oai/v1beta/openai`,
  });
  const rawRequest = (prompt: string, more: object): RawRequest => ({
    method: 'POST',
    path: '/chat/completions',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${FAKE_GEMINI_KEY}` },
    body: JSON.stringify({ ...chat(prompt), ...more }),
  });
  const openAi = (baseURL: string): OpenAI => new OpenAI({ apiKey: FAKE_GEMINI_KEY, baseURL, maxRetries: 0 });

  for (const [name, { streamed, rewritten, more }] of Object.entries(BODIES)) {
    for (const { name: condition, directive, hangUp, acceptEncoding, ending, upstreamEnd } of CONDITIONS) {
      it(`${name}, ${condition}: the same bytes, the same ending`, async () => {
        const request = rawRequest(`${PROMPT} ${directive({ streamed })}`, more);
        Object.assign(request, hangUp?.({ streamed }));
        if (acceptEncoding !== undefined) request.headers['accept-encoding'] = acceptEncoding;
        const { direct, differences } = await compareCall(ways(), request, { rewritten });
        assert.deepEqual(differences, []);
        assert.equal(direct.ending, ending);
        const seen = await fake.endedRequests(2);
        assert.deepEqual(
          seen.map(({ end }) => end),
          [upstreamEnd, upstreamEnd],
        );
      });
    }
  }

  for (const [name, call] of Object.entries(SDK_CALLS)) {
    for (const directive of ['', '[fault split]', '[fault status code=429]', '[fault cut after=40]']) {
      it(`${name} ${directive || 'plain'}: the SDK makes the same of it, at /proxy and at /v1`, async () => {
        const prompt = `${PROMPT} ${directive}`;
        const direct = await sdkOutcome(() => call(openAi(ways().direct), prompt));
        const via = await sdkOutcome(() => call(openAi(ways().viaCandela), prompt));
        assert.deepEqual(via, direct);
        const openAiPath = await sdkOutcome(() => call(openAi(`${daemon.url}/proxy/gemini-oai/v1`), prompt));
        assert.deepEqual(openAiPath, direct);
      });
    }
  }

  it('is found at /v1 by its model, an alias too', async () => {
    const answer = await openAi(`${daemon.url}/v1`).chat.completions.create({
      ...{ model: MODEL, messages: [...chat(PROMPT).messages] },
    });
    assert.match(answer.choices[0]?.message.content ?? '', /You said: Say hello/);
    const [call] = await fake.endedRequests(1);
    assert.equal(call?.path, '/v1beta/openai/chat/completions');
  });

  it('costs the list price, thoughts included, streamed or not, asked for its usage or not', async () => {
    for (const [name, { more }] of Object.entries(BODIES)) {
      const { spent } = ledgerIn(daemon.home);
      const answer = await fetch(`${ways().viaCandela}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${FAKE_GEMINI_KEY}` },
        body: JSON.stringify({ ...chat(`${PROMPT} ${USAGE} [fault split]`), ...more }),
      });
      const text = await answer.text();
      const ledger = ledgerIn(daemon.home);
      assert.deepEqual([ledger.spent - spent, ledger.reserved], [EXPECTED_COST, 0n], name);
      assert.equal(text.includes('"usage"'), name !== 'stream without include_usage', name);
    }
  });
});
