import assert from 'node:assert/strict';
import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { BedrockToSse } from '../providers/bedrock-to-sse.ts';
import { LAST_MESSAGE_EVENTS, readMessageEvent } from './anthropic-messages.ts';
import { BedrockStreamMeter } from './bedrock-stream-meter.ts';
import { SseMeter } from './sse-meter.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text),
);

function message(headers: Readonly<Record<string, string>>, body: unknown): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const);
  return Buffer.from(
    codec.encode({ headers: Object.fromEntries(fields), body: Buffer.from(JSON.stringify(body)) }),
  );
}

function chunk(event: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
  return message({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes, p: 'abc' });
}

const USAGE = { input_tokens: 7, cache_read_input_tokens: 20, cache_creation_input_tokens: 10 };
const ANSWER = [
  {
    type: 'message_start',
    message: { model: 'claude-haiku-4-5-20251001', usage: { ...USAGE, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'grüße 🌍' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { ...USAGE, output_tokens: 12 } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1 } },
];
const STREAM = Buffer.concat(ANSWER.map(chunk));
const THROTTLED = message(
  { ':message-type': 'exception', ':exception-type': 'throttlingException' },
  { message: 'Too many tokens.' },
);

const HEADERS = [
  'Content-Type',
  'application/vnd.amazon.eventstream',
  'Content-Length',
  '999',
  'X-Other',
  'kept',
];

const metered = (pieces: readonly Buffer[]): BedrockStreamMeter => {
  const meter = new BedrockStreamMeter(readMessageEvent);
  for (const piece of pieces) meter.write(piece);
  meter.end();
  return meter;
};

const rewritten = (pieces: readonly Buffer[]): string => {
  const rewriter = new BedrockToSse();
  rewriter.begin(200, HEADERS);
  return Buffer.concat([...pieces.map((piece) => rewriter.write(piece)), rewriter.end()]).toString('utf8');
};

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const SSE = ANSWER.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

describe('a stream of Bedrock’s', () => {
  it('tells the same usage and makes the same events wherever it is cut', () => {
    const whole = metered([STREAM]).reading;
    assert.equal(whole.complete, true);
    assert.equal(whole.outputText, 'grüße 🌍');
    assert.deepEqual(whole.usage, {
      ...{ inputTokens: 37, outputTokens: 12, cacheReadTokens: 20 },
      ...{ cacheWrite5mTokens: 10, cacheWrite1hTokens: 0 },
    });
    for (let at = 0; at <= STREAM.length; at++) {
      assert.deepEqual(metered(cut(STREAM, [at])).reading, whole, `cut at ${at}`);
      assert.equal(rewritten(cut(STREAM, [at])), SSE, `cut at ${at}`);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 30 }), (places) => {
        assert.deepEqual(metered(cut(STREAM, places)).reading, whole);
        assert.equal(rewritten(cut(STREAM, places)), SSE);
      }),
    );
  });

  it('reads in Anthropic’s form as it did in Bedrock’s', () => {
    const meter = new SseMeter(readMessageEvent, LAST_MESSAGE_EVENTS);
    meter.write(Buffer.from(rewritten([STREAM])));
    meter.end();
    assert.deepEqual(meter.reading, metered([STREAM]).reading);
  });

  it('says its last word with the bytes that complete it', () => {
    const meter = new BedrockStreamMeter(readMessageEvent);
    assert.equal(meter.write(STREAM.subarray(0, -1)), false);
    assert.equal(meter.write(STREAM.subarray(-1)), true);
  });

  it('that ends in an exception is not complete, and says why', () => {
    const broken = [Buffer.concat(ANSWER.slice(0, 3).map(chunk)), THROTTLED];
    const { reading } = metered(broken);
    assert.deepEqual([reading.complete, reading.error], [false, 'Too many tokens.']);
    assert.ok(
      rewritten(broken).endsWith(
        'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"Too many tokens."}}\n\n',
      ),
    );
  });

  it('has errors without a name of their own in Anthropic’s API', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Oh no.' };
    const text = rewritten([message(headers, {})]);
    assert.equal(
      text,
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Oh no."}}\n\n',
    );
    assert.equal(metered([message(headers, {})]).reading.error, 'Oh no.');
  });

  it('is read as far as it was not damaged, and no further', () => {
    const damaged = chunk(ANSWER[2] ?? {});
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 6) ^ 1, damaged.length - 6);
    const pieces = [...ANSWER.slice(0, 2).map(chunk), damaged, ...ANSWER.slice(3).map(chunk)];
    const { reading } = metered(pieces);
    assert.equal(reading.complete, false);
    assert.equal(reading.usage?.outputTokens, 1);
    assert.match(reading.error ?? '', /damaged/);
    const events = rewritten(pieces).trim().split('\n\n');
    assert.equal(events.length, 3);
    assert.match(events[2] ?? '', /^event: error\ndata: {"type":"error","error":{"type":"api_error"/);
  });

  it('that ends inside an event says so', () => {
    const text = rewritten([STREAM.subarray(0, STREAM.length - 3)]);
    assert.match(text, /event: error\ndata: .*"the answer ends inside an event"/);
  });

  it('passes over what has no place in Anthropic’s format', () => {
    const strange = [
      message({ ':message-type': 'event', ':event-type': 'initial-response' }, {}),
      message({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes: 7 }),
      message({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes: 'bm8gSlNPTg==' }),
      chunk({ keepAlive: true }),
      chunk({ type: 'x\nevent: y' }),
    ];
    assert.equal(rewritten([...strange, STREAM]), SSE);
    assert.equal(metered([...strange, STREAM]).reading.complete, true);
  });

  it('puts an event that has line breaks on one line', () => {
    const bytes = Buffer.from('{"type":"ping",\n\n"a":1}').toString('base64');
    const text = rewritten([message({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes })]);
    assert.equal(text, 'event: ping\ndata: {"type":"ping",  "a":1}\n\n');
  });

  it('makes sound events and sound counts of any JSON', () => {
    const strange = fc.record(
      {
        type: fc.constantFrom(...ANSWER.map(({ type }) => type), 'error', 7, null),
        message: fc.jsonValue(),
        delta: fc.jsonValue(),
        usage: fc.dictionary(
          fc.constantFrom('input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_creation'),
          fc.oneof(fc.jsonValue(), fc.integer(), fc.double()),
        ),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(strange, { maxLength: 8 }), (events) => {
        const { usage } = metered([chunk(ANSWER[0] ?? {}), ...events.map(chunk)]).reading;
        for (const count of Object.values(usage ?? {})) assert.ok(Number.isSafeInteger(count) && count >= 0);
        const sse = rewritten(events.map(chunk));
        for (const event of sse.split('\n\n').slice(0, -1)) assert.match(event, /^event: \w+\ndata: {.*}$/);
      }),
    );
  });

  it('never throws, whatever became of its bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat(STREAM.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(damage, fc.nat(STREAM.length), (bytes, at) => {
        const damaged = Buffer.from(STREAM);
        for (const [place, value] of bytes) damaged.writeUInt8(value, place);
        metered(cut(damaged, [at]));
        rewritten(cut(damaged, [at]));
      }),
    );
  });

  it('gets the headers of a stream, and a refusal stays what it is', () => {
    assert.deepEqual(new BedrockToSse().begin(200, HEADERS), [
      'X-Other',
      'kept',
      'content-type',
      'text/event-stream; charset=utf-8',
    ]);
    const refusal = new BedrockToSse();
    const headers = ['Content-Type', 'application/json', 'Content-Length', '2'];
    assert.deepEqual(refusal.begin(429, headers), headers);
    assert.equal(Buffer.concat([refusal.write(Buffer.from('{}')), refusal.end()]).toString(), '{}');
  });
});
