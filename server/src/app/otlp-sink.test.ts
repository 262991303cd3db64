import assert from 'node:assert/strict';
import { ConfigError } from '@candela/core/host';
import { otlpSink, otlpSinkOf } from './otlp-sink.ts';

describe('sinks.otlp', () => {
  const FULL = {
    endpoint: 'https://collector.example.com',
    protocol: 'http/json',
    compression: 'none',
    timeout_sec: 2.5,
    headers: { 'x-api-key': 'k' },
    required: true,
  } as const;

  it('is off unless something is said of it', () => assert.equal(otlpSinkOf(undefined, {}), undefined));

  it('is off where it says so', () => assert.equal(otlpSinkOf({ ...FULL, enabled: false }, {}), undefined));

  it('has defaults for everything but where', () => {
    assert.deepEqual(otlpSinkOf({ enabled: true, endpoint: 'http://127.0.0.1:4318' }, {}), {
      ...{ endpoint: 'http://127.0.0.1:4318', protocol: 'http/protobuf', compression: 'gzip' },
      ...{ timeoutMs: 10_000, headers: {}, required: false },
    });
  });

  it('takes every setting', () => {
    assert.deepEqual(otlpSinkOf(otlpSink.parse(FULL), {}), {
      ...{ endpoint: FULL.endpoint, protocol: 'http/json', compression: 'none' },
      ...{ timeoutMs: 2_500, headers: { 'x-api-key': 'k' }, required: true },
    });
  });

  it('takes address and headers from the environment', () => {
    const env = { OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTLP_HEADERS: 'a=b==, authorization = Basic x,' };
    assert.deepEqual(otlpSinkOf(undefined, env)?.headers, { a: 'b==', authorization: 'Basic x' });
    assert.deepEqual(
      [otlpSinkOf(FULL, env)?.endpoint, otlpSinkOf(FULL, env)?.headers['x-api-key']],
      [env.OTLP_ENDPOINT, 'k'],
    );
  });

  for (const [what, act, message] of [
    ['no address', () => otlpSinkOf({ enabled: true }, {}), /^sinks\.otlp\.endpoint: is missing/],
    ['an address that is none', () => otlpSinkOf(undefined, { OTLP_ENDPOINT: 'a' }), /^OTLP_ENDPOINT: must/],
    [
      'headers that are none',
      () => otlpSinkOf(FULL, { OTLP_HEADERS: 'se cret=1' }),
      /^OTLP_HEADERS: must be written name=value,name=value$/,
    ],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(act, (cause: Error) => cause instanceof ConfigError && message.test(cause.message)));
  }

  for (const wrong of [
    { endpoint: 'collector:4317' },
    { protocol: 'grpc' },
    { compression: 'zstd' },
    { timeout_sec: 0 },
    { headers: { 'a b': 'c' } },
    { headers: { a: 'b\nc' } },
    { retries: 3 },
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => assert.equal(otlpSink.safeParse(wrong).success, false));
  }
});
