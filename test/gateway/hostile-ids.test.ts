import assert from 'node:assert/strict';
import { CHAT, good, post } from './good-call.ts';
import { sendRaw, type RawAnswer, type RawHttp } from './raw-http.ts';
import { startRig, type Rig } from './rig.ts';

describe('ids that somebody sends', function () {
  this.timeout(20_000);
  let rig: Rig;
  before(async () => {
    rig = await startRig({ budgetDailyUsd: 100 });
  });
  after(() => rig.close());

  const send = (request: RawHttp): Promise<RawAnswer> => sendRaw(rig.daemon.url, request);

  const HOSTILE = [
    'a b',
    '<script>alert(1)</script>',
    'x'.repeat(129),
    "'; DROP TABLE spans; --",
    '../../etc/passwd',
    '%0d%0aSet-Cookie:%20a=b',
    'é',
    '"},"level":"fatal","x":{"',
  ];

  for (const value of HOSTILE) {
    it(`${value.slice(0, 30)}: is replaced or dropped wherever it stands`, async () => {
      await rig.fake.reset();
      const answer = await send(
        post(CHAT, good(), [
          `X-Request-ID: ${value}`,
          `traceparent: ${value}`,
          'tracestate: vendor=of-no-trace',
          `X-Session-Id: ${value}`,
          `X-Candela-Tenant-Id: ${value}`,
          `baggage: candela.job_id=${value}`,
          `X-User-Id: ${value}`,
        ]),
      );
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/);
      assert.match(answer.headers.get('x-candela-trace-id') ?? '', /^[0-9a-f]{32}$/);
      assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /a=b/);
      const [request] = await rig.fake.requests();
      assert.ok(request);
      assert.equal(
        JSON.stringify(request.rawHeaders).includes(value),
        false,
        'none of it reaches the provider',
      );
      assert.equal(request.headers['tracestate'], undefined);
      assert.match(request.headers['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      const traceId = answer.headers.get('x-candela-trace-id');
      const { trace } = (await rig.rpc('TraceService/GetTrace', { traceId })) as {
        trace: { userId: string; sessionId?: string };
      };
      assert.deepEqual([trace.userId, trace.sessionId], ['local', undefined]);
    });
  }

  it('are kept where they are good', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await send(
      post(CHAT, good(), [
        'X-Request-ID: Mine-1',
        `traceparent: 00-${traceId}-b7ad6b7169203331-01`,
        'tracestate: vendor=1',
        'X-Session-Id: session-1',
      ]),
    );
    assert.equal((await rig.fake.requests()).at(-1)?.headers['tracestate'], 'vendor=1');
    assert.deepEqual(
      [answer.headers.get('x-request-id'), answer.headers.get('x-candela-trace-id')],
      ['Mine-1', traceId],
    );
    const { trace } = (await rig.rpc('TraceService/GetTrace', { traceId })) as {
      trace: { sessionId: string };
    };
    assert.equal(trace.sessionId, 'session-1');
  });

  it('and keys meant for Candela do not reach the provider', async () => {
    await rig.fake.reset();
    await send(
      post(CHAT, good(), [
        'X-Candela-Auth: Bearer secret',
        'Proxy-Authorization: Bearer secret',
        'X-Candela-Labels: a=b',
      ]),
    );
    const [request] = await rig.fake.requests();
    assert.doesNotMatch(JSON.stringify(request?.rawHeaders), /secret|candela/i);
  });

  it('leave no key in the log', () => {
    assert.doesNotMatch(rig.daemon.log(), /Bearer secret|"level":"error"|"level":"fatal"/);
  });
});
