import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { manualClock } from '../../testing/manual-clock.ts';
import { callContextOf, contextHeaders } from './call-context.ts';
import { randomHex } from './random-hex.ts';
import { requestIdFrom } from './request-id.ts';
import { traceContextFrom, traceparentOf } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('call context', () => {
  it('takes a caller’s request id if it is safe anywhere, else makes one', () => {
    for (const good of ['a', 'A-1', '-', 'x'.repeat(128)]) assert.equal(requestIdFrom(good), good);
    const bad = [
      undefined,
      '',
      'x'.repeat(129),
      'a b',
      'a_b',
      'a.b',
      'ü',
      'a\n',
      'a\r\nSet-Cookie: x',
      '<script>',
      'a,b',
    ];
    for (const one of bad) assert.match(requestIdFrom(one), /^[0-9a-f]{32}$/);
  });

  it('is a child of a valid traceparent', () => {
    const context = traceContextFrom(`00-${TRACE}-${PARENT}-00`);
    assert.deepEqual([context.traceId, context.parentSpanId, context.flags], [TRACE, PARENT, '00']);
    assert.match(context.spanId, /^[0-9a-f]{16}$/);
    assert.equal(traceparentOf(context), `00-${TRACE}-${context.spanId}-00`);
  });

  it('reads what it knows of a later version', () => {
    for (const later of [`01-${TRACE}-${PARENT}-01`, `cc-${TRACE}-${PARENT}-01-what-comes-next`]) {
      assert.equal(traceContextFrom(later).traceId, TRACE);
    }
  });

  it('starts a trace of its own where traceparent is missing or malformed', () => {
    const malformed = [
      undefined,
      '',
      'junk',
      `00-${TRACE}-${PARENT}`,
      `00-${TRACE}-${PARENT}-01-more`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `ff-${TRACE}-${PARENT}-01`,
      `00-${TRACE}a-${PARENT}-01`,
      ` 00-${TRACE}-${PARENT}-01`,
      `00-${TRACE}-${PARENT}-01\n`,
      `00-${TRACE}-${PARENT}-0g`,
    ];
    for (const one of malformed) {
      const context = traceContextFrom(one);
      assert.notEqual(context.traceId, TRACE);
      assert.deepEqual([context.parentSpanId, context.flags], ['', '01']);
      assert.match(traceparentOf(context), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    }
  });

  it('keeps a session id that is one, and drops any other without a word', () => {
    const of = (sessionId: string | undefined): string =>
      callContextOf({ headers: { 'x-session-id': sessionId } } as unknown as IncomingMessage, manualClock(0))
        .sessionId;
    assert.equal(of('Session-1'), 'Session-1');
    for (const bad of [undefined, '', 'a b', 'x'.repeat(129), 'a,b', "'; DROP TABLE spans; --"])
      assert.equal(of(bad), '');
  });

  it('is told to the client', () => {
    const clock = manualClock('2026-07-31T00:00:00Z');
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${TRACE}-${PARENT}-01` };
    const context = callContextOf({ headers } as unknown as IncomingMessage, clock);
    assert.equal(context.startedAtUnixMs, clock.nowUnixMs());
    assert.deepEqual(contextHeaders(context), [
      ...['X-Request-ID', 'r-1', 'X-Candela-Trace-Id', TRACE],
      ...['X-Candela-Span-Id', context.trace.spanId],
    ]);
  });

  it('draws ids that do not repeat, of the length asked for', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => randomHex(index % 2 === 0 ? 16 : 8));
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(
      ids.every((id, index) => id.length === (index % 2 === 0 ? 32 : 16) && /^[0-9a-f]+$/.test(id)),
      true,
    );
  });
});
