import assert from 'node:assert/strict';
import { waitUntil } from '../harness/wait-until.ts';
import { exchange, type Exchange } from '../sdk/exchange.ts';
import { nanoUsd, startRig, type Rig } from './rig.ts';

/** List prices in nano-dollars a token, by hand: what a million tokens cost in dollars, times a thousand. */
const PRICES = {
  'gpt-4o-mini': { input: 150, output: 600, cacheRead: 75, write5m: 0, write1h: 0 },
  'o3-mini': { input: 1_100, output: 4_400, cacheRead: 550, write5m: 0, write1h: 0 },
  'claude-sonnet-4-20250514': {
    input: 3_000,
    output: 15_000,
    cacheRead: 300,
    write5m: 3_750,
    write1h: 6_000,
  },
  'text-embedding-3-small': { input: 20, output: 0, cacheRead: 20, write5m: 0, write1h: 0 },
} as const;

type Model = keyof typeof PRICES;

/** What a provider reports; for Anthropic `input` is without what was read from or written to a cache. */
interface Used {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly write5m?: number;
  readonly write1h?: number;
  readonly reasoning?: number;
}

function listPrice(model: Model, used: Used): bigint {
  const price = PRICES[model];
  const { input, output, cached = 0, write5m = 0, write1h = 0 } = used;
  const plain = model.startsWith('claude') ? input : input - cached;
  return BigInt(
    plain * price.input +
      output * price.output +
      cached * price.cacheRead +
      write5m * price.write5m +
      write1h * price.write1h,
  );
}

function directive({ input, output, cached = 0, write5m = 0, write1h = 0, reasoning = 0 }: Used): string {
  return `[usage in=${input} out=${output} cached=${cached} cache_write_5m=${write5m} cache_write_1h=${write1h} reasoning=${reasoning}]`;
}

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const MESSAGES = '/v1/messages';

/** The body of a call with this prompt on that endpoint. */
function bodyFor(path: string, model: Model, prompt: string, stream: boolean): Record<string, unknown> {
  if (path === RESPONSES) return { model, input: prompt, stream };
  if (path === '/v1/embeddings') return { model, input: prompt };
  return { model, messages: [{ role: 'user', content: prompt }], stream, max_tokens: 4_000 };
}

describe('what a call costs', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ budgetDailyUsd: 1_000 });
  });
  after(() => rig.close());

  interface Outcome {
    readonly answer: Exchange;
    readonly header: bigint | undefined;
    readonly ledger: bigint;
    readonly span: bigint | undefined;
    readonly status: string | undefined;
    readonly reserved: bigint;
  }

  const call = async (
    path: string,
    body: object,
    special: Partial<Parameters<typeof exchange>[1]> = {},
  ): Promise<Outcome> => {
    const before = rig.ledger().spent;
    const spansBefore = (await rig.spans()).length;
    const provider = path === MESSAGES ? 'anthropic-direct' : 'openai';
    const answer = await exchange(rig.daemon.url, {
      method: 'POST',
      path: `/proxy/${provider}${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...special,
    });
    const spanId = headerOf(answer, 'x-candela-span-id');
    const spans = await waitUntil({
      what: 'the span of the call',
      probe: async () => {
        const all = await rig.spans();
        return all.length > spansBefore ? all : undefined;
      },
    });
    assert.equal(spans.length, spansBefore + 1, 'one call leaves one span');
    const span = spanId === undefined ? spans.at(-1) : spans.find((one) => one.spanId === spanId);
    const cost = headerOf(answer, 'x-candela-cost-usd');
    const { spent, reserved } = rig.ledger();
    return {
      answer,
      header: cost === undefined ? undefined : nanoUsd(cost),
      ledger: spent - before,
      span: span?.cost,
      status: span?.status,
      reserved,
    };
  };

  const CALLS: readonly (readonly [string, string, Model, Used])[] = [
    ['chat', CHAT, 'gpt-4o-mini', { input: 1_001, output: 303 }],
    ['chat with cached input', CHAT, 'gpt-4o-mini', { input: 5_000, output: 70, cached: 4_096 }],
    ['chat with reasoning', CHAT, 'o3-mini', { input: 77, output: 901, reasoning: 850 }],
    ['responses', RESPONSES, 'gpt-4o-mini', { input: 333, output: 55, cached: 128, reasoning: 7 }],
    ['messages', MESSAGES, 'claude-sonnet-4-20250514', { input: 19, output: 230 }],
    [
      'messages with cache reads and writes of both lifetimes',
      MESSAGES,
      'claude-sonnet-4-20250514',
      { input: 7, output: 11, cached: 1_024, write5m: 2_048, write1h: 512 },
    ],
  ];

  for (const [what, path, model, used] of CALLS) {
    it(`${what}: list price in header, ledger and span, to the nano-dollar`, async () => {
      const expected = listPrice(model, used);
      const { answer, header, ledger, span, reserved } = await call(
        path,
        bodyFor(path, model, directive(used), false),
      );
      assert.deepEqual([answer.status, answer.ending], [200, 'complete']);
      assert.deepEqual([ledger, span, reserved], [expected, expected, 0n]);
      assert.ok([undefined, expected].includes(header), 'the header tells nothing, or the truth');
    });

    it(`${what}: the same as a stream, cut wherever it may be`, async () => {
      const expected = listPrice(model, used);
      const prompt = `${directive(used)}[fault split]`;
      const { answer, ledger, span, reserved } = await call(path, bodyFor(path, model, prompt, true));
      assert.deepEqual([answer.status, answer.ending], [200, 'complete']);
      assert.deepEqual([ledger, span, reserved], [expected, expected, 0n]);
    });

    it(`${what}: the same when compressed`, async () => {
      const expected = listPrice(model, used);
      const prompt = `${directive(used)}[fault gzip]`;
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
      const { answer, ledger, span } = await call(path, bodyFor(path, model, prompt, false), { headers });
      assert.equal(headerOf(answer, 'content-encoding'), 'gzip');
      assert.deepEqual([ledger, span], [expected, expected]);
    });
  }

  it('embeddings: input alone', async () => {
    const used = { input: 4_321, output: 0 };
    const body = bodyFor('/v1/embeddings', 'text-embedding-3-small', directive(used), false);
    const { ledger, span } = await call('/v1/embeddings', body);
    const expected = listPrice('text-embedding-3-small', used);
    assert.deepEqual([ledger, span], [expected, expected]);
  });

  it('a chat stream that asks for its usage gets it, one that does not sees none of it, for the same price', async () => {
    const used = { input: 12, output: 34 };
    const body = bodyFor(CHAT, 'gpt-4o-mini', directive(used), true);
    const unasked = await call(CHAT, body);
    const asked = await call(CHAT, { ...body, stream_options: { include_usage: true } });
    assert.equal(unasked.answer.body.includes('usage'), false);
    assert.equal(asked.answer.body.includes('"prompt_tokens":12'), true);
    const expected = listPrice('gpt-4o-mini', used);
    assert.deepEqual([unasked.ledger, asked.ledger], [expected, expected]);
  });

  /** A run of failures would open the provider's circuit, and the next call would never get to it. */
  const succeed = async (): Promise<void> => {
    const { answer } = await call(CHAT, bodyFor(CHAT, 'gpt-4o-mini', 'all is well', false));
    assert.equal(answer.status, 200);
  };
  afterEach(succeed);

  it('costs nothing when the provider refuses or fails, and shows as failed', async () => {
    for (const code of [400, 429, 500, 503]) {
      const prompt = `[fault status code=${code}]`;
      for (const stream of [false, true]) {
        const { answer, header, ledger, span, status, reserved } = await call(
          CHAT,
          bodyFor(CHAT, 'gpt-4o-mini', prompt, stream),
        );
        assert.deepEqual([answer.status, header], [code, undefined]);
        assert.deepEqual([ledger, span, status, reserved], [0n, 0n, 'error', 0n]);
        await succeed();
      }
    }
  });

  it('costs nothing when the provider ends the connection without an answer', async () => {
    const prompt = '[fault cut before_headers]';
    const { answer, ledger, span, status, reserved } = await call(
      CHAT,
      bodyFor(CHAT, 'gpt-4o-mini', prompt, false),
    );
    assert.deepEqual([answer.status, ledger, span, status, reserved], [502, 0n, 0n, 'error', 0n]);
  });

  describe('an answer that breaks off', () => {
    const BROKEN: readonly (readonly [string, string, string, Model, boolean])[] = [
      ['a chat stream', '[fault cut after_events=4]', CHAT, 'gpt-4o-mini', true],
      ['a chat stream by a reset', '[fault cut after_events=4 reset]', CHAT, 'gpt-4o-mini', true],
      ['a chat completion', '[fault half]', CHAT, 'gpt-4o-mini', false],
      ['a message stream', '[fault cut after_events=4]', MESSAGES, 'claude-sonnet-4-20250514', true],
      [
        'a message stream by an error',
        '[fault stream_error after_events=4]',
        MESSAGES,
        'claude-sonnet-4-20250514',
        true,
      ],
      ['a response stream', '[fault cut after_events=6]', RESPONSES, 'gpt-4o-mini', true],
    ];
    for (const [what, fault, path, model, stream] of BROKEN) {
      it(`${what}: is charged something, once, the same in ledger and span`, async () => {
        const { ledger, span, status, reserved } = await call(
          path,
          bodyFor(path, model, `hello ${fault}`, stream),
        );
        assert.ok(ledger > 0n, 'the provider has worked for it');
        assert.deepEqual([span, status, reserved], [ledger, 'error', 0n]);
      });
    }
  });

  it('is exact when the connection breaks between a chat stream’s usage and its [DONE]', async () => {
    const used = { input: 12, output: 34 };
    const body = bodyFor(CHAT, 'gpt-4o-mini', directive(used), true);
    const whole = await call(CHAT, { ...body, stream_options: { include_usage: true } });
    const events = whole.answer.body.toString().split('\n\n').length - 2;
    const { ledger } = await call(CHAT, {
      ...bodyFor(CHAT, 'gpt-4o-mini', `${directive(used)}[fault cut after_events=${events}]`, true),
      stream_options: { include_usage: true },
    });
    assert.equal(ledger, listPrice('gpt-4o-mini', used));
  });

  describe('a client that hangs up', () => {
    it('ends the provider’s work, and pays for what was done', async () => {
      await rig.fake.reset();
      const body = bodyFor(
        MESSAGES,
        'claude-sonnet-4-20250514',
        '[usage in=1000][answer chars=4000][fault stall after_events=9]',
        true,
      );
      const { answer, ledger, span, status, reserved } = await call(MESSAGES, body, { hangUpAfterEvents: 8 });
      assert.equal(answer.ending, 'hung_up');
      const request = await rig.fake.waitForRequest(({ end }) => end !== 'open');
      assert.equal(request.end, 'client_gone');
      assert.ok(ledger >= 1_000n * 3_000n, 'the input was read');
      assert.deepEqual([span, status, reserved], [ledger, 'error', 0n]);
    });

    it('pays for the input when it goes before the answer has begun', async () => {
      await rig.fake.reset();
      const body = JSON.stringify(
        bodyFor(CHAT, 'gpt-4o-mini', `${'word '.repeat(2_000)}[fault stall before_headers]`, false),
      );
      const before = rig.ledger().spent;
      const leaving = new AbortController();
      const going = fetch(`${rig.daemon.url}/proxy/openai${CHAT}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: leaving.signal,
      });
      await rig.fake.waitForRequest(({ path }) => path === CHAT);
      leaving.abort();
      await assert.rejects(going);
      const { end } = await rig.fake.waitForRequest((request) => request.end !== 'open');
      assert.equal(end, 'client_gone');
      const { spent, reserved } = await waitUntil({
        what: 'the charge',
        probe: () => (rig.ledger().spent > before ? rig.ledger() : undefined),
      });
      assert.ok(spent - before >= 2_000n * 150n, 'about a token a word');
      assert.equal(reserved, 0n);
    });
  });

  it('adds up: the spans are the ledger', async () => {
    const spans = await rig.spans();
    assert.equal(
      spans.reduce((sum, { cost }) => sum + cost, 0n),
      rig.ledger().spent,
    );
  });
});

function headerOf(answer: Exchange, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
