import assert from 'node:assert/strict';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { Refusal } from '../errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

describe('circuit breaker', () => {
  let clock: ManualClock;
  let log: ReturnType<typeof recordedLog>;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    clock = manualClock('2026-11-21T12:00:00Z');
    log = recordedLog();
    breaker = new CircuitBreaker({ clock, logger: log.logger });
  });

  const answer = (status: number, provider = 'openai'): void => {
    using pass = breaker.admit(provider);
    pass.answered(status);
  };
  const noAnswer = (code: string): void => {
    using pass = breaker.admit('openai');
    pass.noAnswer(Object.assign(new Error('no answer'), { code }));
  };
  const refusalOf = (provider = 'openai'): Refusal => {
    try {
      breaker.admit(provider)[Symbol.dispose]();
    } catch (cause) {
      assert.ok(cause instanceof Refusal);
      return cause;
    }
    throw new Error(`${provider} was not refused`);
  };
  const fiveTimes = (act: () => void): void => {
    for (let i = 0; i < 5; i++) act();
  };

  it('refuses after five failures in a row, says so once in the log, and says when to come back', () => {
    fiveTimes(() => answer(503));
    clock.advanceMs(10_500);
    const { type, status, retryAfterSeconds } = refusalOf();
    assert.deepEqual([type, status, retryAfterSeconds], ['circuit_open', 503, 20]);
    assert.deepEqual(
      log.lines.map(({ msg, fields }) => [msg, fields['provider']]),
      [['circuit breaker tripped', 'openai']],
    );
  });

  it('counts no connection, a broken one and silence as failures', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_SOCKET'])
      noAnswer(code);
    noAnswer('UND_ERR_CONNECT_TIMEOUT');
    assert.equal(refusalOf().type, 'circuit_open');
  });

  it('does not take refusals, rate limits, hang-ups, or what undici will not send, for failures', () => {
    for (const status of [400, 401, 404, 422, 429, 499]) fiveTimes(() => answer(status));
    fiveTimes(() => breaker.admit('openai')[Symbol.dispose]());
    for (const code of ['UND_ERR_INVALID_ARG', 'UND_ERR_DESTROYED', 'UND_ERR_ABORTED'])
      fiveTimes(() => noAnswer(code));
    answer(200);
    assert.deepEqual(log.lines, []);
  });

  it('keeps each provider’s circuit apart', () => {
    fiveTimes(() => answer(500, 'google'));
    answer(200, 'openai');
    assert.equal(refusalOf('google').type, 'circuit_open');
  });

  it('counts what a call says first, not what it says last', () => {
    fiveTimes(() => {
      const pass = breaker.admit('openai');
      pass.answered(500);
      pass.answered(200);
      pass[Symbol.dispose]();
    });
    assert.equal(refusalOf().type, 'circuit_open');
  });

  it('probes after the cool-down, one call at a time, and closes when it is answered', () => {
    fiveTimes(() => answer(500));
    clock.advanceMs(30_000);
    const probe = breaker.admit('openai');
    assert.equal(refusalOf().retryAfterSeconds, 1);
    probe.answered(400);
    answer(200);
    answer(200);
    assert.deepEqual(
      log.lines.map(({ level }) => level),
      ['error', 'info'],
    );
  });
});
