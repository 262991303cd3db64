import assert from 'node:assert/strict';
import type { Reservation } from '../../budget/ledger.ts';
import { settle, LedgerRig, type OpenLedger } from './ledger-rig.ts';
import { nano } from './span-fixture.ts';

/** The daily cap of a model, which is of all users together. */
export function ledgerModelCapTests(open: OpenLedger): void {
  const rig = new LedgerRig(open);

  const ask = (amount: bigint, { userId = 'ada', model = 'gpt-5', dailyLimit = 100n } = {}) =>
    rig.ledger.reserve({
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
    for (const user of ['ada', 'bob']) await rig.ledger.setBudget(user, nano(1_000n));
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
    assert.equal((await rig.ledger.budgetOf('ada')).reserved, 0n);
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
    rig.clock.set('2026-07-31T23:59:59Z');
    const late = await hold(80n);
    rig.clock.set('2026-08-01T00:00:01Z');
    assert.equal(await remaining(), 100n);
    await settle(late, 70n);
    assert.equal(await remaining(), 100n);
    rig.clock.set('2026-07-31T23:59:59Z');
    assert.equal(await remaining(), 30n);
  });

  it('keeps what was spent of it when a user’s spend is reset, because it was spent by all', async () => {
    await settle(await hold(60n), 60n);
    await rig.ledger.resetSpend('ada');
    assert.equal(await remaining(), 40n);
  });

  it('holds where no budget does', async () => {
    await rig.openAnew({ withoutBudget: 'watch' });
    const first = await hold(60n, { userId: 'eve' });
    assert.equal(await remaining(), 40n);
    assert.equal(await settle(first, 50n), undefined);
    assert.equal(await remaining(), 50n);
    await (await hold(50n, { userId: 'eve' })).release();
    assert.equal(await remaining(), 50n);
    assert.equal((await rig.ledger.budgetOf('eve')).spent, 50n);
  });

  it('leaves calls of other models alone, of which nothing is recorded', async () => {
    await hold(100n);
    await rig.spend(500n);
    assert.equal(await remaining(), 0n);
  });
}
