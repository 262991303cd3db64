import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import { failureOf } from '../fakes/failure-of.ts';
import { ledgerIn, nanoUsd } from '../gateway/rig.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type Exchange, exchange } from './exchange.ts';
import { startVertexRig, type VertexRig } from './vertex-rig.ts';

const MODEL = 'claude-haiku-4-5-20251001';
const PROMPT = 'Say hello, 世界 🌍';
/** What the fake answers to it. */
const ANSWER = `You said: ${PROMPT} — café, 你好，世界 🌍 👩‍💻 ✓`;

type ChatRequest = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

function ask(prompt: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: MODEL, messages: [{ role: 'user', content: prompt }], ...more };
}

const WEATHER: OpenAI.Chat.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const WIND: OpenAI.Chat.ChatCompletionTool = {
  ...WEATHER,
  function: { ...WEATHER.function, name: 'wind' },
};

describe('Claude on Vertex AI, for clients of OpenAI', () => {
  let rig: VertexRig;
  let client: OpenAI;

  before(async () => {
    rig = await startVertexRig(['anthropic', 'anthropic-vertex']);
    client = new OpenAI({
      baseURL: `${rig.daemon.url}/proxy/anthropic/v1`,
      apiKey: 'sk-client',
      maxRetries: 0,
    });
  });
  afterEach(() => rig.vertex.reset());
  after(() => rig.stop());

  const post = (path: string, body: object): Promise<Exchange> =>
    exchange(rig.daemon.url, {
      ...{ method: 'POST', path, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });

  const sentBody = async (): Promise<Record<string, unknown>> => {
    const [seen] = await rig.vertex.endedRequests(1);
    return JSON.parse(seen?.body ?? '') as Record<string, unknown>;
  };

  it('answers a chat with a completion', async () => {
    const completion = await client.chat.completions.create(ask(PROMPT));
    const [choice] = completion.choices;
    assert.equal(choice?.message.content, ANSWER);
    assert.equal(choice.finish_reason, 'stop');
    assert.equal(completion.object, 'chat.completion');
    assert.equal(completion.model, MODEL);
    assert.ok(Math.abs(completion.created - Date.now() / 1000) < 60);
  });

  it('asks Vertex AI in its own form, under Candela’s credentials', async () => {
    await client.chat.completions.create(
      ask(PROMPT, {
        messages: [
          { role: 'system', content: 'Be short.' },
          { role: 'user', content: PROMPT },
        ],
        max_tokens: 77,
        temperature: 0.5,
      }),
    );
    const [seen] = await rig.vertex.endedRequests(1);
    assert.match(seen?.path ?? '', /\/models\/claude-haiku-4-5@20251001:rawPredict$/);
    assert.ok(rig.tokens.isToken(seen?.headers['authorization']?.replace('Bearer ', '') ?? ''));
    assert.deepEqual(await sentBody(), {
      anthropic_version: 'vertex-2023-10-16',
      max_tokens: 77,
      system: [{ type: 'text', text: 'Be short.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: PROMPT }] }],
      temperature: 0.5,
    });
  });

  it('tells Vertex AI nothing of what a client says to OpenAI, to Anthropic or to Candela alone', async () => {
    const headers = { 'OpenAI-Beta': 'x=v1', 'X-Api-Key': 'sk-ant', 'X-Candela-Job-Id': 'job-1' };
    const one = client.withOptions({ organization: 'org-1', project: 'proj_1', defaultHeaders: headers });
    await one.chat.completions.create(ask(PROMPT));
    const [seen] = await rig.vertex.endedRequests(1);
    const told = Object.keys(seen?.headers ?? {});
    assert.deepEqual(
      told.filter((name) => /^(openai|anthropic|x-candela|x-api-key)/.test(name)),
      [],
    );
    assert.ok(!JSON.stringify(seen?.headers).includes('sk-client'));
  });

  it('sends the limit that was reserved for, where the client names none and the model has none', async () => {
    await client.chat.completions.create(ask(PROMPT));
    assert.equal((await sentBody())['max_tokens'], 16_384);
  });

  for (const fault of ['', '[fault trickle bytes=7]', '[fault split]', '[fault gzip]']) {
    it(`streams the same text, and its usage if asked: ${fault}`, async () => {
      const request = ask(`${PROMPT} ${fault}`, { max_tokens: 500 });
      const plain = await collect(await client.chat.completions.create({ ...request, stream: true }));
      assert.equal(plain.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), ANSWER);
      assert.ok(plain.every(({ usage }) => usage === undefined || usage === null));
      assert.equal(plain.at(-1)?.choices[0]?.finish_reason, 'stop');
      const asked = { ...request, stream: true, stream_options: { include_usage: true } } as const;
      const chunks = await collect(await client.chat.completions.create(asked));
      const whole = await client.chat.completions.create(request);
      assert.deepEqual(chunks.at(-1)?.usage, whole.usage);
      assert.deepEqual(chunks.at(-1)?.choices, []);
    });
  }

  it('tells an answer that met its limit, whole and in a stream', async () => {
    const request = ask('[answer chars=400]', { max_tokens: 5 });
    const whole = await client.chat.completions.create(request);
    const streamed = await collect(await client.chat.completions.create({ ...request, stream: true }));
    assert.deepEqual(
      [whole.choices[0]?.finish_reason, streamed.at(-1)?.choices[0]?.finish_reason],
      ['length', 'length'],
    );
  });

  it('ends a stream with [DONE]', async () => {
    const answer = await post('/proxy/anthropic/v1/chat/completions', { ...ask(PROMPT), stream: true });
    const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    assert.match(type ?? '', /^text\/event-stream/);
    assert.ok(answer.body.toString().endsWith('data: [DONE]\n\n'));
  });

  it('calls tools, several at once, whole and in a stream', async () => {
    const request = ask('Oslo [tool count=2]', { tools: [WEATHER, WIND], max_tokens: 500 });
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream({ ...request, stream: true }).finalChatCompletion();
    const callsOf = ({ choices }: OpenAI.Chat.ChatCompletion): unknown =>
      choices[0]?.message.tool_calls?.map((call) =>
        call.type === 'function' ? [call.id, call.function.name, call.function.arguments] : [],
      );
    assert.deepEqual(callsOf(streamed), callsOf(whole));
    assert.equal(whole.choices[0]?.finish_reason, 'tool_calls');
    const [first] = whole.choices[0].message.tool_calls ?? [];
    assert.equal(first?.type === 'function' && first.function.name, 'weather');
    const input_schema = { type: 'object', properties: { city: { type: 'string' } } };
    for (const { body } of await rig.vertex.endedRequests(2)) {
      const { tools } = JSON.parse(body) as Record<string, unknown>;
      assert.deepEqual(tools, [
        { name: 'weather', input_schema },
        { name: 'wind', input_schema },
      ]);
    }
  });

  it('takes tool results and images', async () => {
    const call = {
      id: 'toolu_1',
      type: 'function',
      function: { name: 'weather', arguments: '{"city":"Oslo"}' },
    } as const;
    await client.chat.completions.create(
      ask('', {
        tools: [WEATHER],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
              { type: 'text', text: 'Where?' },
            ],
          },
          { role: 'assistant', tool_calls: [call] },
          { role: 'tool', tool_call_id: 'toolu_1', content: 'rain' },
        ],
      }),
    );
    const { messages } = (await sentBody()) as { messages: { role: string; content: { type: string }[] }[] };
    assert.deepEqual(
      messages.map(({ role, content }) => [role, ...content.map(({ type }) => type)]),
      [
        ['user', 'image', 'text'],
        ['assistant', 'tool_use'],
        ['user', 'tool_result'],
      ],
    );
  });

  describe('messages in Anthropic’s format', () => {
    const messages = {
      model: MODEL,
      max_tokens: 500,
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: PROMPT }],
    };

    for (const path of ['/v1/messages', '/v1/chat/completions']) {
      it(`are answered by a completion at ${path}, whole and as a stream`, async () => {
        const whole = await post(`/proxy/anthropic${path}`, messages);
        const streamed = await post(`/proxy/anthropic${path}`, { ...messages, stream: true });
        const completion = JSON.parse(whole.body.toString()) as OpenAI.Chat.ChatCompletion;
        assert.equal(completion.choices[0]?.message.content, ANSWER);
        assert.ok(streamed.body.toString().endsWith('data: [DONE]\n\n'));
        const [seen] = await rig.vertex.endedRequests(2);
        const { model: _, ...rest } = messages;
        assert.equal(seen?.body, JSON.stringify({ anthropic_version: 'vertex-2023-10-16', ...rest }));
      });
    }
  });

  it('refuses messages whose answer would lose something as a completion, and asks nobody', async () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    const answer = await post('/proxy/anthropic/v1/messages', { ...ask(PROMPT), max_tokens: 500, tools });
    assert.equal(answer.status, 400);
    assert.match(answer.body.toString(), /tools\[0\]\.type: .*anthropic-vertex/);
    assert.deepEqual(rig.vertex.requests(), []);
  });

  describe('away from /proxy', () => {
    it('takes chats for a Claude by an unambiguous prefix of its name', async () => {
      const bare = new OpenAI({ baseURL: `${rig.daemon.url}/v1`, apiKey: 'sk-client', maxRetries: 0 });
      const completion = await bare.chat.completions.create(ask(PROMPT, { model: 'claude-haiku-4.5' }));
      assert.equal(completion.choices[0]?.message.content, ANSWER);
    });

    it('leaves messages to a provider that answers in their format', async () => {
      const answer = await post('/v1/messages', {
        ...{ model: MODEL, max_tokens: 500, messages: [{ role: 'user', content: PROMPT }] },
      });
      assert.equal((JSON.parse(answer.body.toString()) as { type: string }).type, 'message');
    });
  });

  describe('what goes wrong', () => {
    const errorOf = async (request: ChatRequest): Promise<InstanceType<typeof OpenAI.APIError>> => {
      const error = await failureOf(client.chat.completions.create(request));
      assert.ok(error instanceof OpenAI.APIError, String(error));
      return error;
    };

    it('names the field that cannot be translated, and asks nobody', async () => {
      const error = await errorOf(ask(PROMPT, { seed: 7 }));
      assert.equal(error.status, 400);
      assert.match(error.message, /seed/);
      assert.deepEqual(rig.vertex.requests(), []);
    });

    it('is a rate limit in OpenAI’s words', async () => {
      const error = await errorOf(ask('[fault status code=429 retry_after=2]'));
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.deepEqual([error.code, error.type], ['rate_limit_exceeded', 'rate_limit_error']);
    });

    it('is an error in the stream', async () => {
      const request = { ...ask('Hi [fault stream_error after_events=3]'), stream: true } as const;
      const error = await failureOf(client.chat.completions.create(request).then(collect));
      assert.ok(error instanceof OpenAI.APIError, String(error));
      assert.equal(error.code, 'overloaded');
    });

    it('is a stream that breaks off, and is not made to look whole', async () => {
      const body = { ...ask('Hi [fault cut after_events=4]'), stream: true };
      const { ending, body: text } = await post('/proxy/anthropic/v1/chat/completions', body);
      assert.equal(ending, 'broken');
      assert.ok(text.length > 0);
      assert.ok(!text.includes('[DONE]'));
    });

    it('is half an answer, which is no answer', async () => {
      const { ending, status } = await post('/proxy/anthropic/v1/chat/completions', ask('Hi [fault half]'));
      assert.deepEqual([status, ending], [200, 'broken']);
    });
  });

  describe('what it costs', () => {
    const USED = '[usage in=7 out=11 cached=1024 cache_write_5m=2048 cache_write_1h=512]';
    /** List prices in nano-dollars a token, by hand. */
    const COST = BigInt(7 * 1_000 + 11 * 5_000 + 1024 * 100 + 2048 * 1_250 + 512 * 2_000);
    const chat = (body: object): ReturnType<VertexRig['charged']> =>
      rig.charged('/proxy/anthropic/v1/chat/completions', JSON.stringify(body));

    it('is the list price to the nano-dollar, streamed or not', async () => {
      const calls = [
        await chat(ask(USED)),
        await chat({ ...ask(`${USED}[fault split]`), stream: true }),
        await chat({
          ...ask(`${USED}[fault trickle]`),
          stream: true,
          stream_options: { include_usage: true },
        }),
      ];
      assert.deepEqual(
        calls.map(({ answer, ledger }) => [answer.status, answer.ending, ledger]),
        calls.map(() => [200, 'complete', COST]),
      );
      const told = calls[0]?.answer.headers.find(([name]) => name === 'X-Candela-Cost-Usd')?.[1];
      assert.ok(told === undefined || nanoUsd(told) === COST, 'the header tells nothing, or the truth');
    });

    it('is told in OpenAI’s words, where cached input is a part of the input', async () => {
      const { usage } = await client.chat.completions.create(ask(USED));
      assert.equal(usage?.prompt_tokens, 7 + 1024 + 2048 + 512);
      assert.equal(usage.completion_tokens, 11);
      assert.equal(usage.prompt_tokens_details?.cached_tokens, 1024);
    });

    it('is nothing for a refusal, whoever refuses', async () => {
      const ours = await chat(ask(PROMPT, { seed: 7 }));
      const theirs = await chat(ask('[fault status code=503]'));
      assert.deepEqual([ours.answer.status, ours.ledger], [400, 0n]);
      assert.deepEqual([theirs.answer.status, theirs.ledger], [503, 0n]);
    });

    it('is something when the client hangs up, which ends the model’s work', async () => {
      const before = ledgerIn(rig.daemon.home).spent;
      const prompt = '[usage in=1000][answer chars=4000][fault stall after_events=9]';
      const { ending } = await exchange(rig.daemon.url, {
        ...{ method: 'POST', path: '/proxy/anthropic/v1/chat/completions' },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...ask(prompt), stream: true }),
        hangUpAfterEvents: 3,
      });
      assert.equal(ending, 'hung_up');
      const [seen] = await rig.vertex.endedRequests(1);
      assert.equal(seen?.end, 'client_gone');
      await waitUntil({
        what: 'the charge',
        probe: () => ledgerIn(rig.daemon.home).spent > before || undefined,
      });
      assert.equal(ledgerIn(rig.daemon.home).reservations, 0n);
    });

    it('is something for an answer that broke off', async () => {
      const { answer, ledger } = await chat({ ...ask('Hi [fault cut after_events=5]'), stream: true });
      assert.equal(answer.ending, 'broken');
      assert.ok(ledger > 0n);
    });
  });
});
