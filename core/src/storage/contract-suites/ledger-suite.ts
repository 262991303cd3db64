import assert from 'node:assert/strict';
import type { BudgetView, Ledger, NewGrant, Reservation } from '../../budget/ledger.ts';
import type { Clock } from '../../clock.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { describeKeptReservations } from './kept-reservation-tests.ts';
import { anLlmSpan, nano } from './span-fixture.ts';

/** How a test wants its ledger set up. */
export interface LedgerSetup {
  readonly clock: Clock;
  readonly timeZone: string;
  readonly withoutBudget: 'deny' | 'watch';
}

/** What every ledger must do. `open` gives an empty one on the real engine; the suite closes it. */
export function describeLedger(name: string, open: (setup: LedgerSetup) => Promise<Ledger>): void {
  describe(`ledger: ${name}`, () => {
    const opened: Ledger[] = [];
    let clock: ManualClock;
    let ledger: Ledger;
    const openWith = async (setup: Partial<LedgerSetup>): Promise<Ledger> => {
      const one = await open({ clock, timeZone: 'UTC', withoutBudget: 'deny', ...setup });
      opened.push(one);
      return one;
    };
    beforeEach(async () => {
      clock = manualClock('2026-07-31T12:00:00Z');
      ledger = await openWith({});
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    const reserve = async (amount: bigint, from = ledger): Promise<Reservation> => {
      const outcome = await from.reserve({ userId: 'ada', amount: nano(amount) });
      assert.ok(outcome.granted, 'there is enough for this reservation');
      return outcome.reservation;
    };
    const settle = (reservation: Reservation, cost: bigint, tokens = 10) =>
      reservation.settle({ cost: nano(cost), tokens, span: anLlmSpan({}, { costNanoUsd: nano(cost) }) });
    const spend = async (cost: bigint, from = ledger) => settle(await reserve(cost, from), cost);
    const grant = (amount: bigint, special: Partial<NewGrant> = {}) =>
      ledger.createGrant({
        userId: 'ada',
        amount: nano(amount),
        reason: 'a demo',
        grantedBy: 'root@example.com',
        startsAtUnixMs: Date.parse('2026-07-01'),
        expiresAtUnixMs: Date.parse('2026-09-01'),
        ...special,
      });
    const figures = ({ spent, spentInAll, reserved, budgetRemaining, grantsRemaining }: BudgetView) => ({
      spent,
      spentInAll,
      reserved,
      budgetRemaining,
      grantsRemaining,
    });
    const grantsOf = async (): Promise<readonly (readonly [string, bigint, bigint])[]> =>
      (await ledger.budgetOf('ada')).activeGrants.map((one) => [one.id, one.spent, one.held] as const);

    describe('one call', () => {
      beforeEach(() => ledger.setBudget('ada', nano(100n)));

      it('holds its worst cost until it ends, and is then charged what it cost', async () => {
        const reservation = await reserve(60n);
        assert.deepEqual(figures(await ledger.budgetOf('ada')), {
          ...{ spent: 0n, spentInAll: 0n, reserved: 60n },
          ...{ budgetRemaining: 40n, grantsRemaining: 0n },
        });
        assert.equal(await settle(reservation, 25n), 75n);
        assert.deepEqual(figures(await ledger.budgetOf('ada')), {
          ...{ spent: 25n, spentInAll: 25n, reserved: 0n },
          ...{ budgetRemaining: 75n, grantsRemaining: 0n },
        });
      });

      it('gives back all it held when it is released', async () => {
        await (await reserve(60n)).release();
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.reserved, view.totalRemaining], [0n, 0n, 100n]);
      });

      it('ends once', async () => {
        const settled = await reserve(10n);
        await settle(settled, 10n);
        assert.throws(() => void settled.release(), /ended already/);
        const released = await reserve(10n);
        await released.release();
        assert.throws(() => void settle(released, 10n), /ended already/);
        assert.equal((await ledger.budgetOf('ada')).spent, 10n);
      });

      it('is told what is left once it is admitted', async () => {
        const outcome = await ledger.reserve({ userId: 'ada', amount: nano(30n) });
        assert.ok(outcome.granted);
        assert.equal(outcome.totalRemaining, 70n);
      });

      it('is refused for a nano-dollar too much, and told what is left', async () => {
        await reserve(60n);
        assert.deepEqual(await ledger.reserve({ userId: 'ada', amount: nano(41n) }), {
          ...{ granted: false, refusedBy: 'budget' },
          totalRemaining: 40n,
        });
        await reserve(40n);
      });

      it('is charged in full when its estimate was too low, which shows as spend past the limit', async () => {
        await reserve(50n);
        assert.equal(await settle(await reserve(50n), 130n), 0n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.budgetRemaining], [130n, 0n]);
        assert.equal((await ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
      });

      it('counts its tokens', async () => {
        await settle(await reserve(10n), 1n, 1_234);
        await settle(await reserve(10n), 1n, 66);
        assert.equal((await ledger.budgetOf('ada')).tokensUsed, 1_300);
      });

      it('touches nobody else’s money', async () => {
        await spend(100n);
        const other = await ledger.budgetOf('bob');
        assert.deepEqual([other.spent, other.limit, other.totalRemaining], [0n, undefined, 0n]);
      });

      it('keeps amounts exact that a double cannot hold', async () => {
        const large = 9_007_199_254_740_993n;
        await ledger.setBudget('ada', nano(large));
        await spend(large - 2n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.limit, view.spent, view.totalRemaining], [large, large - 2n, 2n]);
      });
    });

    it('lets no number of calls at once hold more than there is', async () => {
      await ledger.setBudget('ada', nano(1_000n));
      await grant(500n);
      const outcomes = await Promise.all(
        Array.from({ length: 400 }, () => ledger.reserve({ userId: 'ada', amount: nano(10n) })),
      );
      const held = outcomes.flatMap((outcome) => (outcome.granted ? [outcome.reservation] : []));
      assert.equal(held.length, 150);
      assert.equal((await ledger.budgetOf('ada')).totalRemaining, 0n);
      await Promise.all(held.map((one, index) => (index % 2 === 0 ? settle(one, 7n) : one.release())));
      const view = await ledger.budgetOf('ada');
      assert.deepEqual([view.spentInAll, view.reserved, view.totalRemaining], [525n, 0n, 975n]);
    });

    describe('grants', () => {
      it('are used once the budget is gone, earliest expiry first', async () => {
        await ledger.setBudget('ada', nano(100n));
        const late = await grant(50n, { expiresAtUnixMs: Date.parse('2026-08-20') });
        const early = await grant(50n, { expiresAtUnixMs: Date.parse('2026-08-10') });
        const reservation = await reserve(160n);
        assert.deepEqual(await grantsOf(), [
          [early.id, 0n, 50n],
          [late.id, 0n, 10n],
        ]);
        assert.equal(await settle(reservation, 120n), 80n);
        assert.deepEqual(await grantsOf(), [
          [early.id, 20n, 0n],
          [late.id, 0n, 0n],
        ]);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.spentInAll, view.grantsRemaining], [100n, 120n, 80n]);
      });

      it('are not touched while the budget has room again at the end of the call', async () => {
        await ledger.setBudget('ada', nano(100n));
        const only = await grant(50n);
        const first = await reserve(100n);
        const second = await reserve(40n);
        await first.release();
        await settle(second, 40n);
        assert.deepEqual(await grantsOf(), [[only.id, 0n, 0n]]);
      });

      it('do not pay what another call holds of them', async () => {
        await grant(100n);
        const other = await reserve(70n);
        await settle(await reserve(30n), 50n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.activeGrants[0]?.spent], [20n, 30n]);
        await settle(other, 70n);
        assert.equal((await ledger.budgetOf('ada')).spentInAll, 120n);
      });

      it('count from their start until their end', async () => {
        await ledger.setBudget('ada', nano(1n));
        await grant(50n, {
          startsAtUnixMs: Date.parse('2026-08-02T00:00:00Z'),
          expiresAtUnixMs: Date.parse('2026-08-03T00:00:00Z'),
        });
        const remainingAt = async (iso: string): Promise<bigint> => {
          clock.set(iso);
          return (await ledger.budgetOf('ada')).grantsRemaining;
        };
        assert.equal(await remainingAt('2026-08-01T23:59:59.999Z'), 0n);
        assert.equal(await remainingAt('2026-08-02T00:00:00Z'), 50n);
        assert.equal(await remainingAt('2026-08-02T23:59:59.999Z'), 50n);
        assert.equal(await remainingAt('2026-08-03T00:00:00Z'), 0n);
      });

      it('are no longer listed once they are spent', async () => {
        await grant(50n);
        await spend(50n);
        assert.deepEqual(await grantsOf(), []);
      });

      it('that end during a call still pay for what it held of them, and nothing is left of them', async () => {
        await ledger.setBudget('ada', nano(10n));
        await grant(50n, { expiresAtUnixMs: clock.nowUnixMs() + 1_000 });
        const reservation = await reserve(40n);
        clock.advanceMs(1_000);
        assert.equal(await settle(reservation, 20n), 0n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [10n, 20n, 0n]);
      });

      it('that end during a call pay no more than it held of them', async () => {
        await grant(50n, { expiresAtUnixMs: clock.nowUnixMs() + 1_000 });
        const reservation = await reserve(40n);
        clock.advanceMs(1_000);
        await settle(reservation, 45n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.spentInAll], [5n, 45n]);
      });

      it('come back as they were made', async () => {
        const made = await grant(50n, { reason: `"why" 'not' \0 ü` });
        const [listed] = (await ledger.budgetOf('ada')).activeGrants;
        assert.deepEqual(listed, { ...made, held: 0n });
        assert.equal(made.createdAtUnixMs, clock.nowUnixMs());
      });
    });

    describe('a grant that is taken back', () => {
      it('pays for no more calls, but still for what calls in flight hold of it', async () => {
        const { id } = await grant(100n);
        const inFlight = await reserve(40n);
        await spend(10n);
        clock.advanceMs(5);
        const revoked = await ledger.revokeGrant('ada', id);
        assert.deepEqual([revoked?.spent, revoked?.revokedAtUnixMs], [10n, clock.nowUnixMs()]);
        assert.equal((await ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
        assert.equal(await settle(inFlight, 35n), 0n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [0n, 45n, 0n]);
      });

      it('was taken back when that happened first, and is nobody else’s to take', async () => {
        const { id } = await grant(100n);
        assert.equal(await ledger.revokeGrant('bob', id), undefined);
        assert.equal(await ledger.revokeGrant('ada', 'none'), undefined);
        assert.equal((await ledger.budgetOf('ada')).grantsRemaining, 100n);
        const first = await ledger.revokeGrant('ada', id);
        clock.advanceMs(1_000);
        assert.deepEqual(await ledger.revokeGrant('ada', id), first);
      });
    });

    it('lists all grants of a user, or those that can be spent, earliest expiry first', async () => {
      const day = (iso: string): number => Date.parse(iso);
      const late = await grant(50n, { expiresAtUnixMs: day('2026-08-20') });
      const early = await grant(50n, { expiresAtUnixMs: day('2026-08-10') });
      const over = await grant(50n, { expiresAtUnixMs: day('2026-07-30') });
      const future = await grant(50n, { startsAtUnixMs: day('2026-08-25') });
      const taken = await grant(50n, { expiresAtUnixMs: day('2026-08-15') });
      await grant(50n, { userId: 'bob' });
      await ledger.revokeGrant('ada', taken.id);
      await spend(50n);
      const ids = async (which: 'all' | 'active') =>
        (await ledger.listGrants('ada', which)).map(({ id }) => id);
      assert.deepEqual(await ids('all'), [over.id, early.id, taken.id, late.id, future.id]);
      assert.deepEqual(await ids('active'), [late.id]);
      assert.deepEqual(await ledger.listGrants('eve', 'all'), []);
    });

    it('forgets a budget that is removed, and keeps what was spent and the grants', async () => {
      await ledger.setBudget('ada', nano(100n));
      await grant(50n);
      await spend(30n);
      await ledger.removeBudget('ada');
      await ledger.removeBudget('ada');
      const view = await ledger.budgetOf('ada');
      assert.deepEqual(
        [view.limit, figures(view)],
        [undefined, { spent: 30n, spentInAll: 30n, reserved: 0n, budgetRemaining: 0n, grantsRemaining: 50n }],
      );
    });

    describe('a reset', () => {
      it('forgets what today was charged, once or twice, and answers how much', async () => {
        await ledger.setBudget('ada', nano(100n));
        await grant(50n);
        await spend(130n);
        assert.deepEqual([await ledger.resetSpend('ada'), await ledger.resetSpend('ada')], [130n, 0n]);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual(figures(view), {
          ...{ spent: 0n, spentInAll: 0n, reserved: 0n },
          // What the grant has paid stays paid.
          ...{ budgetRemaining: 100n, grantsRemaining: 20n },
        });
        await spend(100n);
      });

      it('leaves calls in flight what they hold, other days and other users', async () => {
        await ledger.setBudget('ada', nano(100n));
        await ledger.setBudget('bob', nano(100n));
        await spend(30n);
        const bobs = await ledger.reserve({ userId: 'bob', amount: nano(20n) });
        assert.ok(bobs.granted);
        await settle(bobs.reservation, 20n);
        clock.set('2026-08-01T12:00:00Z');
        const inFlight = await reserve(60n);
        await ledger.resetSpend('ada');
        assert.equal((await ledger.budgetOf('ada')).reserved, 60n);
        assert.equal(await settle(inFlight, 55n), 45n);
        clock.set('2026-07-31T12:00:00Z');
        assert.equal((await ledger.budgetOf('ada')).spent, 30n);
        assert.equal((await ledger.budgetOf('bob')).spent, 20n);
      });

      it('of a user of whom nothing is known changes nothing', async () => {
        assert.equal(await ledger.resetSpend('eve'), 0n);
        assert.equal((await ledger.budgetOf('eve')).spentInAll, 0n);
      });
    });

    describe('a model’s daily cap', () => {
      const ask = (amount: bigint, { userId = 'ada', model = 'gpt-5', dailyLimit = 100n } = {}) =>
        ledger.reserve({
          ...{ userId, amount: nano(amount) },
          modelCap: { model, dailyLimit: nano(dailyLimit) },
        });
      const hold = async (...how: Parameters<typeof ask>): Promise<Reservation> => {
        const outcome = await ask(...how);
        assert.ok(outcome.granted, 'there is room for this reservation');
        return outcome.reservation;
      };
      /** What is left of it: what is refused by one nano-dollar. */
      const remaining = async (): Promise<bigint | undefined> => {
        const outcome = await ask(10n ** 15n);
        assert.ok(!outcome.granted && outcome.refusedBy === 'model cap');
        return outcome.modelRemaining;
      };
      beforeEach(async () => {
        for (const user of ['ada', 'bob']) await ledger.setBudget(user, nano(1_000n));
      });

      it('holds the worst cost of every call, and is charged what each cost', async () => {
        const first = await hold(60n);
        assert.equal(await remaining(), 40n);
        await settle(first, 25n);
        assert.equal(await remaining(), 75n);
        const second = await hold(75n);
        assert.equal(await remaining(), 0n);
        await second.release();
        assert.equal(await remaining(), 75n);
      });

      it('is of all users together, and of one model', async () => {
        await settle(await hold(60n), 60n);
        await hold(40n, { userId: 'bob' });
        assert.equal(await remaining(), 0n);
        await hold(100n, { model: 'gpt-5-mini' });
      });

      it('refuses before the budget is asked, and then nothing is held of either', async () => {
        await settle(await hold(90n), 90n);
        const cap = { model: 'gpt-5', dailyLimit: 100n };
        assert.deepEqual(await ask(5_000n), {
          ...{ granted: false, refusedBy: 'model cap', cap, modelRemaining: 10n },
        });
        assert.equal((await ledger.budgetOf('ada')).reserved, 0n);
      });

      it('holds nothing for a call that the budget refuses', async () => {
        const outcome = await ask(50n, { userId: 'eve' });
        assert.deepEqual(outcome, { granted: false, refusedBy: 'budget', totalRemaining: 0n });
        assert.equal(await remaining(), 100n);
      });

      it('lets no number of calls at once past it', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, n) => ask(7n, { userId: n % 2 === 0 ? 'ada' : 'bob' })),
        );
        const held = outcomes.flatMap((outcome) => (outcome.granted ? [outcome.reservation] : []));
        assert.equal(held.length, 14);
        await Promise.all(held.map((one, n) => (n % 2 === 0 ? settle(one, 5n) : one.release())));
        assert.equal(await remaining(), 65n);
      });

      it('is charged in full when an estimate was too low, and a call that costs nothing still passes', async () => {
        await settle(await hold(60n), 130n);
        assert.equal(await remaining(), 0n);
        await settle(await hold(0n), 0n);
        assert.equal((await ask(1n)).granted, false);
      });

      it('of nothing lets nothing through', async () => {
        assert.equal((await ask(1n, { dailyLimit: 0n })).granted, false);
      });

      it('is whole again the next day, and a call is charged to the day it was admitted on', async () => {
        clock.set('2026-07-31T23:59:59Z');
        const late = await hold(80n);
        clock.set('2026-08-01T00:00:01Z');
        assert.equal(await remaining(), 100n);
        await settle(late, 70n);
        assert.equal(await remaining(), 100n);
        clock.set('2026-07-31T23:59:59Z');
        assert.equal(await remaining(), 30n);
      });

      it('keeps what was spent of it when a user’s spend is reset, because it was spent by all', async () => {
        await settle(await hold(60n), 60n);
        await ledger.resetSpend('ada');
        assert.equal(await remaining(), 40n);
      });

      it('holds where no budget does', async () => {
        ledger = await openWith({ withoutBudget: 'watch' });
        const first = await hold(60n, { userId: 'eve' });
        assert.equal(await remaining(), 40n);
        assert.equal(await settle(first, 50n), undefined);
        assert.equal(await remaining(), 50n);
        await (await hold(50n, { userId: 'eve' })).release();
        assert.equal(await remaining(), 50n);
        assert.equal((await ledger.budgetOf('eve')).spent, 50n);
      });

      it('leaves calls of other models alone, of which nothing is recorded', async () => {
        await hold(100n);
        await spend(500n);
        assert.equal(await remaining(), 0n);
      });
    });

    describe('the day', () => {
      it('turns at midnight in the budget’s time zone, with nothing spent', async () => {
        const berlin = await openWith({ timeZone: 'Europe/Berlin' });
        await berlin.setBudget('ada', nano(100n));
        clock.set('2026-07-31T21:59:59.999Z');
        await spend(60n, berlin);
        clock.set('2026-07-31T22:00:00Z');
        const view = await berlin.budgetOf('ada');
        assert.deepEqual([view.period.key, view.spent, view.limit], ['2026-08-01', 0n, 100n]);
      });

      it('is charged that admitted the call, should midnight pass in between', async () => {
        await ledger.setBudget('ada', nano(100n));
        clock.set('2026-07-31T23:59:59Z');
        const reservation = await reserve(60n);
        clock.set('2026-08-01T00:00:01Z');
        assert.equal((await ledger.budgetOf('ada')).totalRemaining, 100n);
        assert.equal(await settle(reservation, 50n), 100n);
        const today = await ledger.budgetOf('ada');
        assert.deepEqual([today.spent, today.reserved, today.tokensUsed], [0n, 0n, 0]);
        clock.set('2026-07-31T23:59:59Z');
        const yesterday = await ledger.budgetOf('ada');
        assert.deepEqual([yesterday.spent, yesterday.reserved], [50n, 0n]);
      });
    });

    describe('the limit', () => {
      it('can be lowered while calls are in flight: they end as admitted, and no more are', async () => {
        await ledger.setBudget('ada', nano(100n));
        const reservation = await reserve(80n);
        await ledger.setBudget('ada', nano(50n));
        assert.equal((await ledger.budgetOf('ada')).totalRemaining, 0n);
        assert.equal((await ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
        assert.equal(await settle(reservation, 70n), 0n);
        assert.equal((await ledger.budgetOf('ada')).spent, 70n);
        await ledger.setBudget('ada', nano(75n));
        assert.equal((await ledger.budgetOf('ada')).totalRemaining, 5n);
      });

      it('is refused at zero and below', async () => {
        for (const limit of [0n, -1n]) await assert.rejects(ledger.setBudget('ada', nano(limit)), RangeError);
      });
    });

    describe('without a budget', () => {
      it('denies what costs anything, where a budget is demanded', async () => {
        assert.deepEqual(await ledger.reserve({ userId: 'ada', amount: nano(1n) }), {
          ...{ granted: false, refusedBy: 'budget' },
          totalRemaining: 0n,
        });
        assert.equal((await ledger.reserve({ userId: 'ada', amount: nano(0n) })).granted, true);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.enforced, view.limit], [true, undefined]);
      });

      it('lives on grants alone, where a budget is demanded', async () => {
        await grant(50n);
        await spend(30n);
        const view = await ledger.budgetOf('ada');
        assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [0n, 30n, 20n]);
      });

      it('only watches, where none is demanded', async () => {
        const watching = await openWith({ withoutBudget: 'watch' });
        const reservation = await reserve(10n ** 12n, watching);
        assert.equal(reservation.amount, 10n ** 12n);
        assert.equal(await settle(reservation, 7n), undefined);
        const view = await watching.budgetOf('ada');
        assert.deepEqual([view.enforced, view.spent, view.reserved], [false, 7n, 0n]);
        assert.equal('limit' in view, false);
      });

      it('enforces a budget that is set meanwhile, with what was watched before counted', async () => {
        const watching = await openWith({ withoutBudget: 'watch' });
        await spend(30n, watching);
        const inFlight = await reserve(50n, watching);
        await watching.setBudget('ada', nano(100n));
        assert.equal(await settle(inFlight, 20n), 50n);
        assert.equal((await watching.reserve({ userId: 'ada', amount: nano(51n) })).granted, false);
      });
    });

    describe('spans of charges', () => {
      beforeEach(() => ledger.setBudget('ada', nano(1_000n)));

      it('are kept with the charge until they are acknowledged, oldest first, amounts exact', async () => {
        const spans = [1n, 2n, 3n].map((cost) =>
          anLlmSpan(
            { attributes: [{ key: 'n', value: 9_007_199_254_740_993n }] },
            { costNanoUsd: nano(9_007_199_254_740_990n + cost), inputContent: 'left out of the journal' },
          ),
        );
        for (const span of spans) {
          await (await reserve(10n)).settle({ cost: nano(1n), tokens: 1, span });
        }
        const journalled = spans.map((span) => ({
          span: { ...span, genAi: span.genAi && { ...span.genAi, inputContent: '', outputContent: '' } },
        }));
        assert.deepEqual(await ledger.pendingSpans(10), journalled);
        assert.deepEqual(await ledger.pendingSpans(2), journalled.slice(0, 2));
        await ledger.acknowledgeSpans(spans.slice(0, 2).map((span) => span.spanId));
        assert.deepEqual(await ledger.pendingSpans(10), journalled.slice(2));
      });

      it('are not kept for a released reservation, and an unknown acknowledgement is no harm', async () => {
        await (await reserve(10n)).release();
        await ledger.acknowledgeSpans(['0123456789abcdef']);
        assert.deepEqual(await ledger.pendingSpans(10), []);
      });
    });

    describeKeptReservations(open);
  });
}
