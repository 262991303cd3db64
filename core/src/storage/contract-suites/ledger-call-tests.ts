import assert from 'node:assert/strict';
import { figures, settle, LedgerRig, type OpenLedger } from './ledger-rig.ts';
import { anLlmSpan, nano } from './span-fixture.ts';

/** What a call holds, what it is charged, and to which day. */
export function ledgerCallTests(open: OpenLedger): void {
  const rig = new LedgerRig(open);

  describe('one call', () => {
    beforeEach(() => rig.ledger.setBudget('ada', nano(100n)));

    it('holds its worst cost until it ends, and is then charged what it cost', async () => {
      const reservation = await rig.reserve(60n);
      assert.deepEqual(figures(await rig.ledger.budgetOf('ada')), {
        ...{ spent: 0n, spentInAll: 0n, reserved: 60n },
        ...{ budgetRemaining: 40n, grantsRemaining: 0n },
      });
      assert.equal(await settle(reservation, 25n), 75n);
      assert.deepEqual(figures(await rig.ledger.budgetOf('ada')), {
        ...{ spent: 25n, spentInAll: 25n, reserved: 0n },
        ...{ budgetRemaining: 75n, grantsRemaining: 0n },
      });
    });

    it('gives back all it held when it is released', async () => {
      await (await rig.reserve(60n)).release();
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.spent, view.reserved, view.totalRemaining], [0n, 0n, 100n]);
    });

    it('ends once', async () => {
      const settled = await rig.reserve(10n);
      await settle(settled, 10n);
      assert.throws(() => void settled.release(), /ended already/);
      const released = await rig.reserve(10n);
      await released.release();
      assert.throws(() => void settle(released, 10n), /ended already/);
      assert.equal((await rig.ledger.budgetOf('ada')).spent, 10n);
    });

    it('is told what is left once it is admitted', async () => {
      const outcome = await rig.ledger.reserve({ userId: 'ada', amount: nano(30n) });
      assert.ok(outcome.granted);
      assert.equal(outcome.totalRemaining, 70n);
    });

    it('is refused for a nano-dollar too much, and told what is left', async () => {
      await rig.reserve(60n);
      assert.deepEqual(await rig.ledger.reserve({ userId: 'ada', amount: nano(41n) }), {
        ...{ granted: false, refusedBy: 'budget' },
        totalRemaining: 40n,
      });
      await rig.reserve(40n);
    });

    it('is charged in full when its estimate was too low, which shows as spend past the limit', async () => {
      await rig.reserve(50n);
      assert.equal(await settle(await rig.reserve(50n), 130n), 0n);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.spent, view.budgetRemaining], [130n, 0n]);
      assert.equal((await rig.ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
    });

    it('counts its tokens', async () => {
      await settle(await rig.reserve(10n), 1n, 1_234);
      await settle(await rig.reserve(10n), 1n, 66);
      assert.equal((await rig.ledger.budgetOf('ada')).tokensUsed, 1_300);
    });

    it('touches nobody else’s money', async () => {
      await rig.spend(100n);
      const other = await rig.ledger.budgetOf('bob');
      assert.deepEqual([other.spent, other.limit, other.totalRemaining], [0n, undefined, 0n]);
    });

    it('keeps amounts exact that a double cannot hold', async () => {
      const large = 9_007_199_254_740_993n;
      await rig.ledger.setBudget('ada', nano(large));
      await rig.spend(large - 2n);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.limit, view.spent, view.totalRemaining], [large, large - 2n, 2n]);
    });
  });

  it('lets no number of calls at once hold more than there is', async () => {
    await rig.ledger.setBudget('ada', nano(1_000n));
    await rig.grant(500n);
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, () => rig.ledger.reserve({ userId: 'ada', amount: nano(10n) })),
    );
    const held = outcomes.flatMap((outcome) => (outcome.granted ? [outcome.reservation] : []));
    assert.equal(held.length, 150);
    assert.equal((await rig.ledger.budgetOf('ada')).totalRemaining, 0n);
    await Promise.all(held.map((one, index) => (index % 2 === 0 ? settle(one, 7n) : one.release())));
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual([view.spentInAll, view.reserved, view.totalRemaining], [525n, 0n, 975n]);
  });

  describe('the day', () => {
    it('turns at midnight in the budget’s time zone, with nothing spent', async () => {
      const berlin = await rig.openWith({ timeZone: 'Europe/Berlin' });
      await berlin.setBudget('ada', nano(100n));
      rig.clock.set('2026-07-31T21:59:59.999Z');
      await rig.spend(60n, berlin);
      rig.clock.set('2026-07-31T22:00:00Z');
      const view = await berlin.budgetOf('ada');
      assert.deepEqual([view.period.key, view.spent, view.limit], ['2026-08-01', 0n, 100n]);
    });

    it('is charged that admitted the call, should midnight pass in between', async () => {
      await rig.ledger.setBudget('ada', nano(100n));
      rig.clock.set('2026-07-31T23:59:59Z');
      const reservation = await rig.reserve(60n);
      rig.clock.set('2026-08-01T00:00:01Z');
      assert.equal((await rig.ledger.budgetOf('ada')).totalRemaining, 100n);
      assert.equal(await settle(reservation, 50n), 100n);
      const today = await rig.ledger.budgetOf('ada');
      assert.deepEqual([today.spent, today.reserved, today.tokensUsed], [0n, 0n, 0]);
      rig.clock.set('2026-07-31T23:59:59Z');
      const yesterday = await rig.ledger.budgetOf('ada');
      assert.deepEqual([yesterday.spent, yesterday.reserved], [50n, 0n]);
    });
  });

  describe('spans of charges', () => {
    beforeEach(() => rig.ledger.setBudget('ada', nano(1_000n)));

    it('are kept with the charge until they are acknowledged, oldest first, amounts exact', async () => {
      const spans = [1n, 2n, 3n].map((cost) =>
        anLlmSpan(
          { attributes: [{ key: 'n', value: 9_007_199_254_740_993n }] },
          { costNanoUsd: nano(9_007_199_254_740_990n + cost), inputContent: 'left out of the journal' },
        ),
      );
      for (const span of spans) {
        await (await rig.reserve(10n)).settle({ cost: nano(1n), tokens: 1, span });
      }
      const journalled = spans.map((span) => ({
        span: { ...span, genAi: span.genAi && { ...span.genAi, inputContent: '', outputContent: '' } },
      }));
      assert.deepEqual(await rig.ledger.pendingSpans(10), journalled);
      assert.deepEqual(await rig.ledger.pendingSpans(2), journalled.slice(0, 2));
      await rig.ledger.acknowledgeSpans(spans.slice(0, 2).map((span) => span.spanId));
      assert.deepEqual(await rig.ledger.pendingSpans(10), journalled.slice(2));
    });

    it('are not kept for a released reservation, and an unknown acknowledgement is no harm', async () => {
      await (await rig.reserve(10n)).release();
      await rig.ledger.acknowledgeSpans(['0123456789abcdef']);
      assert.deepEqual(await rig.ledger.pendingSpans(10), []);
    });
  });
}
