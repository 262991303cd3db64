import assert from 'node:assert/strict';
import { CircuitBreaker } from '../gateway/gates/circuit-breaker.ts';
import { manualClock, type ManualClock } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { health } from './health.ts';
import type { ApiAnswer, ApiRequest } from './local-api.ts';

describe('GET /_local/api/health', () => {
  let clock: ManualClock;
  let circuits: CircuitBreaker;
  let wrong: Error | undefined;
  let ask: () => ApiAnswer | Promise<ApiAnswer>;
  beforeEach(() => {
    clock = manualClock('2026-03-04');
    const rules = { failuresToOpen: 1, coolDownMs: 30_000 };
    circuits = new CircuitBreaker({ clock, logger: recordedLog().logger, rules });
    wrong = undefined;
    const endpoint = health({
      ...{ version: '1.2.3', mode: 'solo', clock, circuits, spanStore: 'sqlite' },
      providers: new Map([
        ['openai', {}],
        ['local', {}],
      ]),
      checkStores: async () => {
        if (wrong !== undefined) throw wrong;
      },
      spansDropped: () => new Map([['sqlite', 3]]),
    });
    ask = () => endpoint({} as ApiRequest);
  });

  it('says what is there', async () => {
    clock.advanceMs(61_500);
    assert.deepEqual(await ask(), {
      status: 200,
      body: {
        ...{ status: 'ok', version: '1.2.3', mode: 'solo', uptime_seconds: 61 },
        stores: { state: { status: 'ok' } },
        spans: { store: 'sqlite', dropped: { sqlite: 3 } },
        providers: [
          { name: 'openai', circuit: 'closed' },
          { name: 'local', circuit: 'closed' },
        ],
      },
    });
  });

  it('is degraded while a provider is kept away from', async () => {
    circuits.admit('openai').answered(500);
    const { status, body } = (await ask()) as { status: number; body: Record<string, unknown> };
    assert.deepEqual([status, body['status']], [200, 'degraded']);
    assert.deepEqual(body['providers'], [
      { name: 'openai', circuit: 'open' },
      { name: 'local', circuit: 'closed' },
    ]);
    clock.advanceMs(30_000);
    const probe = circuits.admit('openai');
    assert.equal(circuits.stateOf('openai'), 'probing');
    probe.answered(200);
    assert.equal(((await ask()).body as { status: string }).status, 'ok');
  });

  it('is an error when a store is gone, and says which and why', async () => {
    wrong = new Error('database is locked');
    const { status, body } = (await ask()) as { status: number; body: Record<string, unknown> };
    assert.deepEqual([status, body['status']], [503, 'error']);
    assert.deepEqual(body['stores'], { state: { status: 'error', detail: 'database is locked' } });
  });
});
