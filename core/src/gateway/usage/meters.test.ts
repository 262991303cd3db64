import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { TokenUsage } from '../../pricing/token-usage.ts';
import { createAnthropicDirect } from '../providers/anthropic-direct.ts';
import { createOpenAi } from '../providers/openai.ts';
import type { Provider } from '../providers/provider.ts';
import type { AnswerReading, UsageMeter } from './answer-reading.ts';
import { DecodedMeter, isCompressed } from './decoded-meter.ts';
import { countUnread, usedTokens } from './used-tokens.ts';

const usage = (inputTokens: number, outputTokens: number, cache: Partial<TokenUsage> = {}): TokenUsage => ({
  ...{ inputTokens, outputTokens, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 },
  ...cache,
});
const sse = (...events: readonly (object | string)[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const named = (...events: readonly { readonly type: string }[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

interface Recorded {
  readonly what: string;
  readonly provider: Provider;
  readonly path: string;
  readonly isStream: boolean;
  readonly answer: string;
  readonly usage: TokenUsage;
  readonly model: string;
  readonly text: string;
}

const openai = createOpenAi({});
const anthropic = createAnthropicDirect({});

const CHAT_USAGE = {
  ...{ prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 },
  prompt_tokens_details: { cached_tokens: 30, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 25 },
};
const MESSAGE_USAGE = {
  ...{ input_tokens: 10, output_tokens: 1 },
  ...{ cache_read_input_tokens: 20, cache_creation_input_tokens: 7 },
  cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 3 },
};
const MESSAGE_TOKENS = { cacheReadTokens: 20, cacheWrite5mTokens: 4, cacheWrite1hTokens: 3 };
const RESPONSE = {
  ...{ id: 'resp_1', model: 'gpt-5-2025-08-07' },
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'grüße 🌍' }] }],
  usage: {
    ...{ input_tokens: 9, output_tokens: 8, total_tokens: 17 },
    input_tokens_details: { cached_tokens: 4 },
    output_tokens_details: { reasoning_tokens: 3 },
  },
};

/** Answers as the providers' documentation shows them. */
const RECORDED: readonly Recorded[] = [
  {
    ...{ what: 'chat completion', provider: openai, path: '/v1/chat/completions', isStream: false },
    answer: JSON.stringify({
      model: 'gpt-4o-2024-08-06',
      choices: [{ index: 0, message: { role: 'assistant', content: 'grüße 🌍' }, finish_reason: 'stop' }],
      usage: CHAT_USAGE,
    }),
    ...{ usage: usage(100, 40, { cacheReadTokens: 30 }), model: 'gpt-4o-2024-08-06', text: 'grüße 🌍' },
  },
  {
    ...{ what: 'chat completion stream', provider: openai, path: '/v1/chat/completions', isStream: true },
    answer: sse(
      { model: 'gpt-4o-2024-08-06', choices: [{ delta: { role: 'assistant', content: '' } }], usage: null },
      { model: 'gpt-4o-2024-08-06', choices: [{ delta: { content: 'grüße' } }], usage: null },
      { model: 'gpt-4o-2024-08-06', choices: [{ delta: { content: ' 🌍' } }], usage: null },
      { model: 'gpt-4o-2024-08-06', choices: [{ delta: {}, finish_reason: 'stop' }], usage: null },
      { model: 'gpt-4o-2024-08-06', choices: [], usage: CHAT_USAGE },
      '[DONE]',
    ),
    ...{ usage: usage(100, 40, { cacheReadTokens: 30 }), model: 'gpt-4o-2024-08-06', text: 'grüße 🌍' },
  },
  {
    ...{ what: 'completion stream', provider: openai, path: '/v1/completions', isStream: true },
    answer: sse(
      { model: 'gpt-3.5-turbo-instruct', choices: [{ text: 'one ' }] },
      { model: 'gpt-3.5-turbo-instruct', choices: [{ text: 'two' }] },
      { model: 'gpt-3.5-turbo-instruct', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      '[DONE]',
    ),
    ...{ usage: usage(3, 2), model: 'gpt-3.5-turbo-instruct', text: 'one two' },
  },
  {
    ...{ what: 'embedding', provider: openai, path: '/v1/embeddings', isStream: false },
    answer: JSON.stringify({
      data: [{ embedding: [0.1] }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 8, total_tokens: 8 },
    }),
    ...{ usage: usage(8, 0), model: 'text-embedding-3-small', text: '' },
  },
  {
    ...{ what: 'response', provider: openai, path: '/v1/responses', isStream: false },
    answer: JSON.stringify(RESPONSE),
    ...{ usage: usage(9, 8, { cacheReadTokens: 4 }), model: 'gpt-5-2025-08-07', text: 'grüße 🌍' },
  },
  {
    ...{ what: 'response stream', provider: openai, path: '/v1/responses', isStream: true },
    answer: named(
      { type: 'response.created' },
      { type: 'response.reasoning_summary_text.delta', delta: 'thinking' } as { type: string },
      { type: 'response.output_text.delta', delta: 'grüße' } as { type: string },
      { type: 'response.output_text.delta', delta: ' 🌍' } as { type: string },
      { type: 'response.completed', response: RESPONSE } as { type: string },
    ),
    ...{ usage: usage(9, 8, { cacheReadTokens: 4 }), model: 'gpt-5-2025-08-07', text: 'grüße 🌍' },
  },
  {
    ...{
      what: 'response stream that met its limit',
      provider: openai,
      path: '/v1/responses',
      isStream: true,
    },
    answer: named(
      { type: 'response.created' },
      { type: 'response.output_text.delta', delta: 'grüße 🌍' } as { type: string },
      { type: 'response.incomplete', response: { ...RESPONSE, status: 'incomplete' } } as { type: string },
    ),
    ...{ usage: usage(9, 8, { cacheReadTokens: 4 }), model: 'gpt-5-2025-08-07', text: 'grüße 🌍' },
  },
  {
    ...{ what: 'message', provider: anthropic, path: '/v1/messages', isStream: false },
    answer: JSON.stringify({
      ...{ type: 'message', model: 'claude-sonnet-4-20250514' },
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'grüße 🌍' },
      ],
      usage: { ...MESSAGE_USAGE, output_tokens: 12 },
    }),
    ...{ usage: usage(37, 12, MESSAGE_TOKENS), model: 'claude-sonnet-4-20250514', text: 'grüße 🌍' },
  },
  {
    ...{ what: 'message stream', provider: anthropic, path: '/v1/messages', isStream: true },
    answer: named(
      {
        type: 'message_start',
        message: { model: 'claude-sonnet-4-20250514', content: [], usage: MESSAGE_USAGE },
      } as { type: string },
      { type: 'content_block_start', index: 0 } as { type: string },
      { type: 'ping' },
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } } as { type: string },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'grüße' } } as { type: string },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: ' 🌍' } } as { type: string },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } } as {
        type: string;
      },
      { type: 'message_stop' },
    ),
    ...{ usage: usage(37, 12, MESSAGE_TOKENS), model: 'claude-sonnet-4-20250514', text: 'grüße 🌍' },
  },
];

const meterFor = ({
  provider,
  path,
  isStream,
}: Pick<Recorded, 'provider' | 'path' | 'isStream'>): UsageMeter =>
  provider.meterFor({ path, isStream, model: '', json: {}, body: Buffer.alloc(0) });
const pieces = (answer: string, places: readonly number[]): Buffer[] => {
  const bytes = Buffer.from(answer);
  const at = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};
const readingOf = (meter: UsageMeter, chunks: readonly Buffer[]): AnswerReading => {
  for (const chunk of chunks) meter.write(chunk);
  meter.end();
  return meter.reading;
};

describe('usage meters', () => {
  for (const recorded of RECORDED) {
    describe(recorded.what, () => {
      it('tells usage, model and text', () => {
        const reading = readingOf(meterFor(recorded), [Buffer.from(recorded.answer)]);
        assert.deepEqual(
          [reading.usage, reading.model, reading.outputText, reading.complete, reading.error],
          [recorded.usage, recorded.model, recorded.text, true, undefined],
        );
      });

      it('tells the same wherever its chunks end', () => {
        const whole = readingOf(meterFor(recorded), [Buffer.from(recorded.answer)]);
        const bytewise = [...Buffer.from(recorded.answer)].map((byte) => Buffer.of(byte));
        assert.deepEqual(readingOf(meterFor(recorded), bytewise), whole);
        fc.assert(
          fc.property(fc.array(fc.nat(recorded.answer.length), { maxLength: 8 }), (places) => {
            assert.deepEqual(readingOf(meterFor(recorded), pieces(recorded.answer, places)), whole);
          }),
        );
      });

      /** What was asked to be streamed and came whole was charged next to nothing, and the other way round. */
      it('tells the same where it is not in the form that was asked for', () => {
        const other = meterFor({ ...recorded, isStream: !recorded.isStream });
        const { usage: read, complete } = readingOf(other, [Buffer.from(recorded.answer)]);
        assert.deepEqual([read, complete], [recorded.usage, true]);
      });

      it('is an estimate if it broke off before its last word', () => {
        const bytes = Buffer.from(recorded.answer);
        for (const end of [0, 1, bytes.length >> 1]) {
          const reading = readingOf(meterFor(recorded), [bytes.subarray(0, end)]);
          const used = usedTokens(reading, 400);
          assert.equal(used.isEstimate, true);
          assert.ok(used.usage.inputTokens > 0, 'input is never taken for nothing');
          assert.ok(recorded.isStream || used.usage.outputTokens === Math.ceil(end / 4), 'nor is output');
        }
      });

      it('survives numbers that are none', () => {
        const hostile = ['-1', '1.5', '1e300', 'null', '"12"', '[1]', '{}', 'true', '-0', '9007199254740993'];
        for (const number of hostile) {
          const answer = recorded.answer.replace(/(?<=_tokens":)\d+/g, number);
          const { usage: used } = usedTokens(readingOf(meterFor(recorded), [Buffer.from(answer)]), 400);
          for (const count of Object.values(used)) {
            assert.ok(Number.isSafeInteger(count) && count >= 0, `${count} is a count of tokens`);
          }
          assert.ok(used.inputTokens > 0 || number === '-0');
        }
      });

      it('survives any other shape', () => {
        fc.assert(
          fc.property(fc.jsonValue(), (value) => {
            const text = JSON.stringify(value);
            readingOf(meterFor(recorded), [Buffer.from(recorded.isStream ? `data: ${text}\n\n` : text)]);
          }),
        );
      });
    });
  }

  it('say at once when a stream has said its last word', () => {
    const streams = RECORDED.filter(({ isStream }) => isStream);
    for (const recorded of streams) {
      const meter = meterFor(recorded);
      const lastEvent = recorded.answer.lastIndexOf('\n\n', recorded.answer.length - 3) + 2;
      assert.equal(meter.write(Buffer.from(recorded.answer.slice(0, lastEvent))), false, recorded.what);
      assert.equal(meter.write(Buffer.from(recorded.answer.slice(lastEvent))), true, recorded.what);
    }
  });

  /** Events wait to be read together, but never the last one: what it costs is settled before the client has it. */
  it('say so with the chunk that completes it, wherever the chunks end', () => {
    for (const recorded of RECORDED.filter(({ isStream }) => isStream)) {
      const bytewise = [...Buffer.from(recorded.answer)].map((byte) => Buffer.of(byte));
      const meter = meterFor(recorded);
      assert.equal(
        bytewise.findIndex((byte) => meter.write(byte)),
        bytewise.length - 1,
        recorded.what,
      );
      fc.assert(
        fc.property(fc.array(fc.nat(recorded.answer.length), { maxLength: 8 }), (places) => {
          const another = meterFor(recorded);
          const chunks = pieces(recorded.answer, places).filter(({ length }) => length > 0);
          assert.equal(
            chunks.findIndex((chunk) => another.write(chunk)),
            chunks.length - 1,
          );
        }),
      );
    }
  });

  it('do not take a last word for one that an answer only speaks of', () => {
    const quoted = (text: string) => ({ choices: [{ index: 0, delta: { content: text } }] });
    const meter = meterFor({ provider: openai, path: '/v1/chat/completions', isStream: true });
    assert.equal(meter.write(Buffer.from(sse(quoted('data: [DONE]\n\n')))), false);
    assert.equal(meter.write(Buffer.from(sse(quoted('message_stop')))), false);
    assert.equal(meter.write(Buffer.from(sse('[DONE]'))), true);
    assert.equal(meter.reading.outputText, 'data: [DONE]\n\nmessage_stop');
  });

  /**
   * The last usage of a message stream repeats what was written to the cache as one sum, without the lifetimes that
   * the first one told; everything was then charged as if it were kept for five minutes.
   */
  it('remember for how long a message stream said its cache is kept', () => {
    const events = (...usages: readonly object[]): string =>
      named(
        ...usages.map((one, index) =>
          index === 0
            ? { type: 'message_start', message: { model: 'm', content: [], usage: one } }
            : { type: 'message_delta', usage: one },
        ),
      );
    const finalOf = (...usages: readonly object[]) =>
      readingOf(meterFor({ provider: anthropic, path: '/v1/messages', isStream: true }), [
        Buffer.from(events(...usages)),
      ]).usage;
    const sum = {
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 7,
      output_tokens: 12,
    };
    assert.deepEqual(finalOf(MESSAGE_USAGE, sum), usage(37, 12, MESSAGE_TOKENS));
    assert.deepEqual(
      finalOf(MESSAGE_USAGE, { ...sum, cache_creation_input_tokens: 9 }),
      usage(39, 12, { ...MESSAGE_TOKENS, cacheWrite5mTokens: 6 }),
    );
    assert.deepEqual(
      finalOf(sum, { output_tokens: 13 }),
      usage(37, 13, { cacheReadTokens: 20, cacheWrite5mTokens: 7 }),
    );
  });

  it('tell the tier that an answer was served at, where it has a price of its own', () => {
    const tierOf = (provider: Provider, path: string, answer: object) =>
      readingOf(meterFor({ provider, path, isStream: false }), [Buffer.from(JSON.stringify(answer))]).tier;
    const chat = { usage: CHAT_USAGE };
    assert.equal(tierOf(openai, '/v1/chat/completions', { ...chat, service_tier: 'flex' }), 'flex');
    assert.equal(tierOf(openai, '/v1/responses', { ...RESPONSE, service_tier: 'flex' }), 'flex');
    assert.equal(tierOf(openai, '/v1/chat/completions', { ...chat, service_tier: 'default' }), undefined);
    for (const [geo, tier] of [['us', 'us'] as const, ['global', undefined] as const]) {
      const message = { usage: { ...MESSAGE_USAGE, inference_geo: geo } };
      assert.equal(tierOf(anthropic, '/v1/messages', message), tier);
    }
  });

  it('charge all that the sum of cache writes says, whatever its parts do', () => {
    const written = (creation: object) =>
      readingOf(meterFor({ provider: anthropic, path: '/v1/messages', isStream: false }), [
        Buffer.from(JSON.stringify({ usage: { input_tokens: 10, output_tokens: 1, ...creation } })),
      ]).usage;
    const parts = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 3 };
    assert.deepEqual(
      written({ cache_creation_input_tokens: 7, cache_creation: parts }),
      usage(17, 1, { cacheWrite5mTokens: 4, cacheWrite1hTokens: 3 }),
    );
    assert.deepEqual(written({ cache_creation: parts }), usage(13, 1, { cacheWrite1hTokens: 3 }));
  });

  /** A message of 40 tokens whose conversation had been shortened on the way was charged for those 40 alone. */
  it('count what Anthropic did besides the answer, which the counts of its message leave out', () => {
    const counts = (input_tokens: number, output_tokens: number, more: object = {}) => ({
      ...{ input_tokens, output_tokens, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
      ...more,
    });
    const told = counts(30, 10, {
      iterations: [
        counts(5000, 800, { type: 'compaction', cache_read_input_tokens: 200, cache_creation: null }),
        counts(20, 6, { type: 'message', model: 'claude-sonnet-5' }),
        counts(9000, 900, { type: 'advisor_message', model: 'claude-opus-5' }),
        counts(10, 4, { type: 'message', model: 'claude-sonnet-5' }),
        { type: 'compaction' },
      ],
    });
    const besides = [
      { usage: usage(5200, 800, { cacheReadTokens: 200 }) },
      { usage: usage(9000, 900), model: 'claude-opus-5' },
    ];
    const whole = readingOf(meterFor({ provider: anthropic, path: '/v1/messages', isStream: false }), [
      Buffer.from(JSON.stringify({ model: 'claude-sonnet-5', content: [], usage: told })),
    ]);
    const stream = named(
      { type: 'message_start', message: { model: 'claude-sonnet-5', usage: counts(30, 1) } } as {
        type: string;
      },
      { type: 'message_delta', usage: { ...told, iterations: [] } } as { type: string },
      { type: 'message_delta', usage: told } as { type: string },
      { type: 'message_delta', usage: { output_tokens: 10 } } as { type: string },
      { type: 'message_stop' },
    );
    const streamed = readingOf(meterFor({ provider: anthropic, path: '/v1/messages', isStream: true }), [
      Buffer.from(stream),
    ]);
    assert.deepEqual([whole.usage, whole.besides], [usage(30, 10), besides]);
    assert.deepEqual([streamed.usage, streamed.besides], [usage(30, 10), besides]);
  });

  it('know the exact usage of a chat stream that breaks off between its usage and [DONE]', () => {
    const recorded = RECORDED.find(({ what }) => what === 'chat completion stream');
    assert.ok(recorded);
    const meter = meterFor(recorded);
    assert.equal(meter.write(Buffer.from(recorded.answer.replace('data: [DONE]\n\n', ''))), false);
    meter.end();
    assert.deepEqual(usedTokens(meter.reading, 400), { usage: recorded.usage, isEstimate: false });
  });

  it('tell why a stream that had begun failed', () => {
    const errorOf = (provider: Provider, path: string, answer: string) =>
      readingOf(meterFor({ provider, path, isStream: true }), [Buffer.from(answer)]).error;
    assert.equal(
      errorOf(
        anthropic,
        '/v1/messages',
        named({ type: 'error', error: { message: 'Overloaded' } } as { type: string }),
      ),
      'Overloaded',
    );
    assert.equal(errorOf(openai, '/v1/chat/completions', sse({ error: { message: 'broke' } })), 'broke');
    assert.equal(
      errorOf(openai, '/v1/responses', named({ type: 'error', message: 'bad' } as { type: string })),
      'bad',
    );
    assert.equal(
      errorOf(
        openai,
        '/v1/responses',
        named({ type: 'response.failed', response: { error: { message: 'failed' } } } as { type: string }),
      ),
      'failed',
    );
  });

  /**
   * A stream that was not what was asked for (a whole answer, a coding nobody knows, an event of 20 MiB) was charged
   * for its prompt and for nothing that the model had written.
   */
  it('go by the size of a stream that they cannot read', () => {
    const providers = [
      { provider: openai, path: '/v1/chat/completions', isStream: true },
      { provider: openai, path: '/v1/responses', isStream: true },
      { provider: anthropic, path: '/v1/messages', isStream: true },
    ];
    const huge = `data: {"choices":[{"delta":{"content":"${'x'.repeat(20 * 1024 * 1024)}"}}]}`;
    for (const unreadable of ['{"object":"chat.completion"}', '\x1f\x8b not SSE', huge]) {
      for (const stream of providers) {
        const meter = meterFor(stream);
        const bytes = Buffer.from(unreadable);
        const { outputBytes, complete } = readingOf(meter, [bytes, Buffer.from('more')]);
        assert.deepEqual([outputBytes, complete], [bytes.length + 4, false]);
      }
    }
  });

  it('take comments for nothing that a model wrote', () => {
    for (const comments of [': waiting\n\n', ': waiting\n\n: still\n\n: the la']) {
      const meter = meterFor({ provider: openai, path: '/v1/chat/completions', isStream: true });
      assert.equal(readingOf(meter, [Buffer.from(comments)]).outputBytes, 0);
    }
  });

  it('read a last event that lacks its blank line', () => {
    for (const recorded of RECORDED.filter(({ isStream }) => isStream)) {
      const reading = readingOf(meterFor(recorded), [Buffer.from(recorded.answer.trimEnd())]);
      assert.deepEqual([reading.usage, reading.complete], [recorded.usage, true], recorded.what);
    }
  });

  /** A count of output that is none was charged as no output at all, and not even marked as an estimate. */
  it('estimate output whose count is none', () => {
    const used = (count: unknown, special: object = {}) => {
      const told = { prompt_tokens: 100, completion_tokens: count, ...special };
      const answer = { choices: [{ message: { content: 'x'.repeat(400) } }], usage: told };
      const meter = meterFor({ provider: openai, path: '/v1/chat/completions', isStream: false });
      return usedTokens(readingOf(meter, [Buffer.from(JSON.stringify(answer))]), 40);
    };
    for (const count of [undefined, null, -1, 1.5, 1e300, '12', {}]) {
      assert.deepEqual(used(count), { usage: usage(100, 100), isEstimate: true });
      assert.deepEqual(used(count, { total_tokens: 140 }), { usage: usage(100, 40), isEstimate: false });
    }
    // A prompt that is echoed, with `max_tokens` 0.
    assert.deepEqual(used(0), { usage: usage(100, 0), isEstimate: false });
    const message = named(
      { type: 'message_start', message: { usage: MESSAGE_USAGE } } as { type: string },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(400) } } as {
        type: string;
      },
      { type: 'message_delta', usage: { output_tokens: -1 } } as { type: string },
      { type: 'message_stop' },
    );
    const meter = meterFor({ provider: anthropic, path: '/v1/messages', isStream: true });
    assert.deepEqual(usedTokens(readingOf(meter, [Buffer.from(message)]), 40), {
      usage: usage(37, 100, MESSAGE_TOKENS),
      isEstimate: true,
    });
  });

  it('count what the model wrote when it was not only text', () => {
    const reading = readingOf(meterFor({ provider: openai, path: '/v1/chat/completions', isStream: true }), [
      Buffer.from(
        sse({ choices: [{ delta: { tool_calls: [{ function: { arguments: '{"city":"Köln"}' } }] } }] }),
      ),
    ]);
    assert.deepEqual([reading.outputBytes, reading.outputText], [Buffer.byteLength('{"city":"Köln"}'), '']);
  });
});

const reading = (special: Partial<AnswerReading>): AnswerReading => ({
  ...{ outputText: '', outputBytes: 0, complete: false },
  ...special,
});

describe('used tokens', () => {
  it('are what the provider said, once its answer is complete', () => {
    const told = usage(5, 6, { cacheReadTokens: 2 });
    assert.deepEqual(usedTokens(reading({ complete: true, usage: told, outputBytes: 999 }), 999), {
      usage: told,
      isEstimate: false,
    });
  });

  /** A character of Chinese is about a token, and was charged as a quarter of one to whoever left before the end. */
  it('are estimated by the bytes of what the model wrote', () => {
    const answer = sse({ choices: [{ delta: { content: '你好，世界'.repeat(100) } }] });
    const broken = readingOf(meterFor({ provider: openai, path: '/v1/chat/completions', isStream: true }), [
      Buffer.from(answer),
    ]);
    assert.equal(usedTokens(broken, 400).usage.outputTokens, 375);
  });

  it('are estimated from what went by, once the provider kept silent or broke off', () => {
    assert.deepEqual(usedTokens(reading({ complete: true, outputBytes: 41 }), 400), {
      usage: usage(100, 11),
      isEstimate: true,
    });
    const began = usage(50, 1, { cacheReadTokens: 20 });
    assert.deepEqual(usedTokens(reading({ usage: began, outputBytes: 41 }), 400).usage, {
      ...began,
      outputTokens: 11,
    });
  });
});

describe('decoded meter', () => {
  const [recorded] = RECORDED;
  assert.ok(recorded);
  const codings = {
    gzip: gzipSync,
    'X-GZip': gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
  };

  it('reads every coding a provider may answer in, wherever the chunks end', async () => {
    for (const [coding, encode] of Object.entries(codings)) {
      const meter = meterFor(recorded);
      const decoded = new DecodedMeter(coding, meter);
      for (const byte of encode(Buffer.from(recorded.answer))) decoded.write(Buffer.of(byte));
      await decoded.end();
      assert.deepEqual([isCompressed(coding), meter.reading.usage], [true, recorded.usage], coding);
    }
    assert.deepEqual(
      [isCompressed('identity'), isCompressed(undefined), isCompressed('constructor')],
      [false, false, false],
    );
  });

  it('reads as far as it goes when the answer breaks off or is not what it says', async () => {
    const compressed = gzipSync(Buffer.from(recorded.answer));
    for (const bytes of [Buffer.alloc(0), compressed.subarray(0, 20), Buffer.from('no gzip at all')]) {
      const meter = meterFor(recorded);
      const decoded = new DecodedMeter('gzip', meter);
      decoded.write(bytes);
      decoded.write(Buffer.from('more'));
      await decoded.end();
      assert.equal(meter.reading.complete, false);
    }
  });

  /** An answer in a coding that cannot be undone was charged as if the model had written nothing. */
  it('tells how much it could not read', async () => {
    const packed = gzipSync(Buffer.from(recorded.answer));
    const unread = async (coding: string, bytes: Buffer): Promise<number> => {
      const decoded = new DecodedMeter(coding, meterFor(recorded));
      decoded.write(bytes);
      await decoded.end();
      return decoded.unreadBytes;
    };
    assert.deepEqual(
      await Promise.all([
        unread('gzip', packed),
        unread('br', packed),
        unread('gzip, gzip', gzipSync(packed)),
        unread('constructor', packed),
      ]),
      [0, packed.length, gzipSync(packed).length, packed.length],
    );
    const read = reading({ complete: true });
    countUnread(read, 100);
    assert.deepEqual(usedTokens(read, 400).usage, usage(100, 100));
  });
});
