import assert from 'node:assert/strict';
import { figures, settle, LedgerRig, type OpenLedger } from './ledger-rig.ts';
import { nano } from './span-fixture.ts';

/** What a budget allows; what is without one; what changing, resetting and removing one leaves. */
export function ledgerBudgetTests(open: OpenLedger): void {
  const rig = new LedgerRig(open);

  describe('the limit', () => {
    it('can be lowered while calls are in flight: they end as admitted, and no more are', async () => {
      await rig.ledger.setBudget('ada', nano(100n));
      const reservation = await rig.reserve(80n);
      await rig.ledger.setBudget('ada', nano(50n));
      assert.equal((await rig.ledger.budgetOf('ada')).totalRemaining, 0n);
      assert.equal((await rig.ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
      assert.equal(await settle(reservation, 70n), 0n);
      assert.equal((await rig.ledger.budgetOf('ada')).spent, 70n);
      await rig.ledger.setBudget('ada', nano(75n));
      assert.equal((await rig.ledger.budgetOf('ada')).totalRemaining, 5n);
    });

    it('is refused at zero and below', async () => {
      for (const limit of [0n, -1n])
        await assert.rejects(rig.ledger.setBudget('ada', nano(limit)), RangeError);
    });
  });

  describe('without a budget', () => {
    it('denies what costs anything, where a budget is demanded', async () => {
      assert.deepEqual(await rig.ledger.reserve({ userId: 'ada', amount: nano(1n) }), {
        ...{ granted: false, refusedBy: 'budget' },
        totalRemaining: 0n,
      });
      assert.equal((await rig.ledger.reserve({ userId: 'ada', amount: nano(0n) })).granted, true);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.enforced, view.limit], [true, undefined]);
    });

    it('lives on grants alone, where a budget is demanded', async () => {
      await rig.grant(50n);
      await rig.spend(30n);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [0n, 30n, 20n]);
    });

    it('only watches, where none is demanded', async () => {
      const watching = await rig.openWith({ withoutBudget: 'watch' });
      const reservation = await rig.reserve(10n ** 12n, watching);
      assert.equal(reservation.amount, 10n ** 12n);
      assert.equal(await settle(reservation, 7n), undefined);
      const view = await watching.budgetOf('ada');
      assert.deepEqual([view.enforced, view.spent, view.reserved], [false, 7n, 0n]);
      assert.equal('limit' in view, false);
    });

    it('enforces a budget that is set meanwhile, with what was watched before counted', async () => {
      const watching = await rig.openWith({ withoutBudget: 'watch' });
      await rig.spend(30n, watching);
      const inFlight = await rig.reserve(50n, watching);
      await watching.setBudget('ada', nano(100n));
      assert.equal(await settle(inFlight, 20n), 50n);
      assert.equal((await watching.reserve({ userId: 'ada', amount: nano(51n) })).granted, false);
    });
  });

  it('forgets a budget that is removed, and keeps what was spent and the grants', async () => {
    await rig.ledger.setBudget('ada', nano(100n));
    await rig.grant(50n);
    await rig.spend(30n);
    await rig.ledger.removeBudget('ada');
    await rig.ledger.removeBudget('ada');
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual(
      [view.limit, figures(view)],
      [undefined, { spent: 30n, spentInAll: 30n, reserved: 0n, budgetRemaining: 0n, grantsRemaining: 50n }],
    );
  });

  describe('a reset', () => {
    it('forgets what today was charged, once or twice, and answers how much', async () => {
      await rig.ledger.setBudget('ada', nano(100n));
      await rig.grant(50n);
      await rig.spend(130n);
      assert.deepEqual([await rig.ledger.resetSpend('ada'), await rig.ledger.resetSpend('ada')], [130n, 0n]);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual(figures(view), {
        ...{ spent: 0n, spentInAll: 0n, reserved: 0n },
        // What the grant has paid stays paid.
        ...{ budgetRemaining: 100n, grantsRemaining: 20n },
      });
      await rig.spend(100n);
    });

    it('leaves calls in flight what they hold, other days and other users', async () => {
      await rig.ledger.setBudget('ada', nano(100n));
      await rig.ledger.setBudget('bob', nano(100n));
      await rig.spend(30n);
      const bobs = await rig.ledger.reserve({ userId: 'bob', amount: nano(20n) });
      assert.ok(bobs.granted);
      await settle(bobs.reservation, 20n);
      rig.clock.set('2026-08-01T12:00:00Z');
      const inFlight = await rig.reserve(60n);
      await rig.ledger.resetSpend('ada');
      assert.equal((await rig.ledger.budgetOf('ada')).reserved, 60n);
      assert.equal(await settle(inFlight, 55n), 45n);
      rig.clock.set('2026-07-31T12:00:00Z');
      assert.equal((await rig.ledger.budgetOf('ada')).spent, 30n);
      assert.equal((await rig.ledger.budgetOf('bob')).spent, 20n);
    });

    it('of a user of whom nothing is known changes nothing', async () => {
      assert.equal(await rig.ledger.resetSpend('eve'), 0n);
      assert.equal((await rig.ledger.budgetOf('eve')).spentInAll, 0n);
    });
  });
}
