import assert from 'node:assert/strict';
import fc from 'fast-check';
import { admitted, CLOSED_CIRCUIT, reported, type CallHealth, type Circuit } from './circuit.ts';

const RULES = { failuresToOpen: 3, coolDownMs: 30_000 };

/** Something that happens to one provider: time goes by, a call comes, one of those under way ends. */
type Step =
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'call' }
  | { readonly what: 'end'; readonly which: number; readonly health: CallHealth };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  fc.constant({ what: 'call' as const }),
  fc.record({
    what: fc.constant('end' as const),
    which: fc.nat(20),
    health: fc.constantFrom<CallHealth>('answered', 'failed', 'failed', 'unknown'),
  }),
);

/** Plays a history and keeps what an onlooker sees of it. */
class History {
  circuit: Circuit = CLOSED_CIRCUIT;
  nowMs = 0;
  readonly underWay: { epoch: number; isProbe: boolean }[] = [];
  openedAtMs = -Infinity;

  call(): boolean {
    const outcome = admitted(this.circuit, this.nowMs);
    if (!('circuit' in outcome)) {
      assert.ok(outcome.retryAfterMs > 0 && outcome.retryAfterMs <= RULES.coolDownMs);
      return false;
    }
    this.circuit = outcome.circuit;
    this.underWay.push({ epoch: outcome.circuit.epoch, isProbe: outcome.circuit.kind === 'probing' });
    return true;
  }

  end(which: number, health: CallHealth): void {
    const [call] = this.underWay.splice(which % Math.max(1, this.underWay.length), 1);
    if (call === undefined) return;
    const before = this.circuit;
    this.circuit = reported(before, call.epoch, health, this.nowMs, RULES);
    const hasOpened = this.circuit.kind === 'open' && before.kind !== 'open';
    if (hasOpened && health === 'failed') this.openedAtMs = this.nowMs;
  }

  play(steps: readonly Step[], look: () => void): void {
    for (const one of steps) {
      if (one.what === 'wait') this.nowMs += one.ms;
      else if (one.what === 'call') this.call();
      else this.end(one.which, one.health);
      look();
    }
  }
}

const after = (...ends: readonly CallHealth[]): History => {
  const history = new History();
  for (const health of ends) {
    history.call();
    history.end(0, health);
  }
  return history;
};

describe('circuit', () => {
  it('opens on a run of failures, and on nothing shorter', () => {
    assert.equal(after('failed', 'failed').circuit.kind, 'closed');
    assert.equal(after('failed', 'failed', 'answered', 'failed', 'failed').circuit.kind, 'closed');
    assert.equal(after('failed', 'failed', 'failed').circuit.kind, 'open');
  });

  it('takes a call that nobody knows the end of for neither', () => {
    assert.equal(after('failed', 'unknown', 'failed', 'unknown', 'failed').circuit.kind, 'open');
  });

  it('lets one probe through after the cool-down, and closes on its success', () => {
    const history = after('failed', 'failed', 'failed');
    history.nowMs = 29_999;
    assert.equal(history.call(), false);
    history.nowMs = 30_000;
    assert.deepEqual([history.call(), history.call()], [true, false]);
    history.end(0, 'answered');
    assert.deepEqual([history.circuit.kind, history.call(), history.call()], ['closed', true, true]);
  });

  it('stays open for another cool-down when the probe fails', () => {
    const history = after('failed', 'failed', 'failed');
    history.nowMs = 30_000;
    history.call();
    history.end(0, 'failed');
    history.nowMs = 59_999;
    assert.equal(history.call(), false);
    history.nowMs = 60_000;
    assert.equal(history.call(), true);
  });

  it('lets the next call probe when the probe came to nothing', () => {
    const history = after('failed', 'failed', 'failed');
    history.nowMs = 30_000;
    history.call();
    history.end(0, 'unknown');
    assert.equal(history.call(), true);
  });

  it('in any history has one probe at most, and lets nothing through before the cool-down', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const history = new History();
        history.play(steps, () => {
          const probes = history.underWay.filter(
            ({ epoch, isProbe }) => isProbe && epoch === history.circuit.epoch,
          );
          assert.equal(probes.length, history.circuit.kind === 'probing' ? 1 : 0);
          const isCooling = history.nowMs < history.openedAtMs + RULES.coolDownMs;
          assert.ok(!(isCooling && history.circuit.kind === 'probing'));
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('in any history comes back once the provider does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const history = new History();
        history.play(steps, () => {});
        while (history.underWay.length > 0) history.end(0, 'unknown');
        history.nowMs += RULES.coolDownMs;
        assert.equal(history.call(), true);
        history.end(0, 'answered');
        assert.equal(history.circuit.kind, 'closed');
      }),
      { numRuns: 2_000 },
    );
  });
});
