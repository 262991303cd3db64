import assert from 'node:assert/strict';
import type { KeptHold } from '../../budget/kept-reservations.ts';
import type { BudgetView, Charge, Ledger, ModelCap } from '../../budget/ledger.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import type { LedgerSetup } from './ledger-rig.ts';
import { anLlmSpan, nano } from './span-fixture.ts';

const DAY_MS = 24 * 3_600_000;

/** What a hold that outlives its call must do, for every ledger. */
export function describeKeptReservations(open: (setup: LedgerSetup) => Promise<Ledger>): void {
  describe('a reservation that is kept', () => {
    let clock: ManualClock;
    let ledger: Ledger;
    const opened: Ledger[] = [];
    const openWith = async (withoutBudget: 'deny' | 'watch'): Promise<Ledger> => {
      const one = await open({ clock, timeZone: 'UTC', withoutBudget });
      opened.push(one);
      return one;
    };
    beforeEach(async () => {
      clock = manualClock('2026-07-31T12:00:00Z');
      ledger = await openWith('deny');
      await ledger.setBudget('ada', nano(100n));
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    const keep = async (amount: bigint, modelCap?: ModelCap): Promise<KeptHold> => {
      const outcome = await ledger.reserve({ userId: 'ada', amount: nano(amount), modelCap });
      assert.ok(outcome.granted, 'there is enough for this reservation');
      return outcome.reservation.keep(2 * DAY_MS);
    };
    const chargeOf = (cost: bigint): Charge => ({
      ...{ cost: nano(cost), tokens: 7 },
      span: anLlmSpan({}, { costNanoUsd: nano(cost) }),
    });
    const figures = ({ spent, reserved, grantsRemaining }: BudgetView): readonly bigint[] => [
      spent,
      reserved,
      grantsRemaining,
    ];
    const now = async (): Promise<readonly bigint[]> => figures(await ledger.budgetOf('ada'));

    it('holds its amount until it is settled, with its tokens and its span', async () => {
      const hold = await keep(60n);
      assert.deepEqual(await now(), [0n, 60n, 0n]);
      const charge = chargeOf(25n);
      assert.equal(await ledger.wasCharged(charge.span.spanId), false);
      assert.equal(await ledger.settleKept({ hold }, charge), 'charged');
      assert.deepEqual(await now(), [25n, 0n, 0n]);
      assert.equal((await ledger.budgetOf('ada')).tokensUsed, 7);
      assert.deepEqual(
        (await ledger.pendingSpans(10)).map(({ span }) => span.spanId),
        [charge.span.spanId],
      );
      assert.equal(await ledger.wasCharged(charge.span.spanId), true);
    });

    it('is charged once for a span, however often and by whomever that is asked for', async () => {
      const hold = await keep(60n);
      const charge = chargeOf(25n);
      const outcomes = await Promise.all([
        ledger.settleKept({ hold }, charge),
        ledger.settleKept({ hold }, charge),
        ledger.settleKept({ userId: 'bob' }, charge),
      ]);
      assert.deepEqual(outcomes, ['charged', 'charged before', 'charged before']);
      assert.equal(await ledger.settleKept({ hold }, charge), 'charged before');
      assert.deepEqual(await now(), [25n, 0n, 0n]);
      assert.equal((await ledger.budgetOf('bob')).spent, 0n);
    });

    it('gives back all it held, once, when it is released', async () => {
      const hold = await keep(60n);
      await keep(10n);
      await ledger.releaseKept(hold);
      await ledger.releaseKept(hold);
      assert.deepEqual(await now(), [0n, 10n, 0n]);
      assert.equal(await ledger.settleKept({ hold }, chargeOf(5n)), 'charged');
      assert.deepEqual(await now(), [5n, 10n, 0n]);
    });

    it('is charged in full when it held too little', async () => {
      const hold = await keep(10n);
      await ledger.settleKept({ hold }, chargeOf(130n));
      assert.deepEqual(await now(), [130n, 0n, 0n]);
    });

    it('is charged to the day it was made on', async () => {
      const hold = await keep(60n);
      clock.advanceMs(DAY_MS);
      assert.deepEqual(await now(), [0n, 0n, 0n]);
      await ledger.settleKept({ hold }, chargeOf(25n));
      assert.deepEqual(await now(), [0n, 0n, 0n]);
    });

    it('uses what it held of a grant', async () => {
      await ledger.createGrant({
        ...{ userId: 'ada', amount: nano(50n), reason: 'a demo', grantedBy: 'root@example.com' },
        ...{ startsAtUnixMs: Date.parse('2026-07-01'), expiresAtUnixMs: Date.parse('2026-09-01') },
      });
      const hold = await keep(130n);
      assert.deepEqual(await now(), [0n, 100n, 20n]);
      await ledger.settleKept({ hold }, chargeOf(110n));
      assert.deepEqual(await now(), [100n, 0n, 40n]);
    });

    it('holds its part of a model’s cap too', async () => {
      const cap = { model: 'gpt-5', dailyLimit: nano(50n) };
      const hold = await keep(40n, cap);
      const ask = (amount: bigint) => ledger.reserve({ userId: 'ada', amount: nano(amount), modelCap: cap });
      assert.equal((await ask(11n)).granted, false);
      await ledger.settleKept({ hold }, chargeOf(15n));
      assert.equal((await ask(36n)).granted, false);
      assert.equal((await ask(35n)).granted, true);
    });

    it('charges a user for whom nothing is held', async () => {
      assert.equal(await ledger.settleKept({ userId: 'ada' }, chargeOf(5n)), 'charged');
      assert.deepEqual(await now(), [5n, 0n, 0n]);
    });

    it('holds nothing where spending is only watched, and is charged all the same', async () => {
      const watching = await openWith('watch');
      const outcome = await watching.reserve({ userId: 'eve', amount: nano(60n) });
      assert.ok(outcome.granted);
      const hold = await outcome.reservation.keep(DAY_MS);
      assert.deepEqual(figures(await watching.budgetOf('eve')), [0n, 0n, 0n]);
      await watching.settleKept({ hold }, chargeOf(25n));
      await watching.releaseKept(hold);
      assert.deepEqual(figures(await watching.budgetOf('eve')), [25n, 0n, 0n]);
    });
  });
}
