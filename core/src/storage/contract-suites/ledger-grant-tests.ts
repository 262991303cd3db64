import assert from 'node:assert/strict';
import { settle, LedgerRig, type OpenLedger } from './ledger-rig.ts';
import { nano } from './span-fixture.ts';

/** Grants: in which order they pay, from when to when, and taking them back. */
export function ledgerGrantTests(open: OpenLedger): void {
  const rig = new LedgerRig(open);
  const grantsOf = async (): Promise<readonly (readonly [string, bigint, bigint])[]> =>
    (await rig.ledger.budgetOf('ada')).activeGrants.map((one) => [one.id, one.spent, one.held] as const);

  it('are used once the budget is gone, earliest expiry first', async () => {
    await rig.ledger.setBudget('ada', nano(100n));
    const late = await rig.grant(50n, { expiresAtUnixMs: Date.parse('2026-08-20') });
    const early = await rig.grant(50n, { expiresAtUnixMs: Date.parse('2026-08-10') });
    const reservation = await rig.reserve(160n);
    assert.deepEqual(await grantsOf(), [
      [early.id, 0n, 50n],
      [late.id, 0n, 10n],
    ]);
    assert.equal(await settle(reservation, 120n), 80n);
    assert.deepEqual(await grantsOf(), [
      [early.id, 20n, 0n],
      [late.id, 0n, 0n],
    ]);
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual([view.spent, view.spentInAll, view.grantsRemaining], [100n, 120n, 80n]);
  });

  it('are not touched while the budget has room again at the end of the call', async () => {
    await rig.ledger.setBudget('ada', nano(100n));
    const only = await rig.grant(50n);
    const first = await rig.reserve(100n);
    const second = await rig.reserve(40n);
    await first.release();
    await settle(second, 40n);
    assert.deepEqual(await grantsOf(), [[only.id, 0n, 0n]]);
  });

  it('do not pay what another call holds of them', async () => {
    await rig.grant(100n);
    const other = await rig.reserve(70n);
    await settle(await rig.reserve(30n), 50n);
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual([view.spent, view.activeGrants[0]?.spent], [20n, 30n]);
    await settle(other, 70n);
    assert.equal((await rig.ledger.budgetOf('ada')).spentInAll, 120n);
  });

  it('count from their start until their end', async () => {
    await rig.ledger.setBudget('ada', nano(1n));
    await rig.grant(50n, {
      startsAtUnixMs: Date.parse('2026-08-02T00:00:00Z'),
      expiresAtUnixMs: Date.parse('2026-08-03T00:00:00Z'),
    });
    const remainingAt = async (iso: string): Promise<bigint> => {
      rig.clock.set(iso);
      return (await rig.ledger.budgetOf('ada')).grantsRemaining;
    };
    assert.equal(await remainingAt('2026-08-01T23:59:59.999Z'), 0n);
    assert.equal(await remainingAt('2026-08-02T00:00:00Z'), 50n);
    assert.equal(await remainingAt('2026-08-02T23:59:59.999Z'), 50n);
    assert.equal(await remainingAt('2026-08-03T00:00:00Z'), 0n);
  });

  it('are no longer listed once they are spent', async () => {
    await rig.grant(50n);
    await rig.spend(50n);
    assert.deepEqual(await grantsOf(), []);
  });

  it('that end during a call still pay for what it held of them, and nothing is left of them', async () => {
    await rig.ledger.setBudget('ada', nano(10n));
    await rig.grant(50n, { expiresAtUnixMs: rig.clock.nowUnixMs() + 1_000 });
    const reservation = await rig.reserve(40n);
    rig.clock.advanceMs(1_000);
    assert.equal(await settle(reservation, 20n), 0n);
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [10n, 20n, 0n]);
  });

  it('that end during a call pay no more than it held of them', async () => {
    await rig.grant(50n, { expiresAtUnixMs: rig.clock.nowUnixMs() + 1_000 });
    const reservation = await rig.reserve(40n);
    rig.clock.advanceMs(1_000);
    await settle(reservation, 45n);
    const view = await rig.ledger.budgetOf('ada');
    assert.deepEqual([view.spent, view.spentInAll], [5n, 45n]);
  });

  it('come back as they were made', async () => {
    const made = await rig.grant(50n, { reason: `"why" 'not' \0 ü` });
    const [listed] = (await rig.ledger.budgetOf('ada')).activeGrants;
    assert.deepEqual(listed, { ...made, held: 0n });
    assert.equal(made.createdAtUnixMs, rig.clock.nowUnixMs());
  });

  describe('a grant that is taken back', () => {
    it('pays for no more calls, but still for what calls in flight hold of it', async () => {
      const { id } = await rig.grant(100n);
      const inFlight = await rig.reserve(40n);
      await rig.spend(10n);
      rig.clock.advanceMs(5);
      const revoked = await rig.ledger.revokeGrant('ada', id);
      assert.deepEqual([revoked?.spent, revoked?.revokedAtUnixMs], [10n, rig.clock.nowUnixMs()]);
      assert.equal((await rig.ledger.reserve({ userId: 'ada', amount: nano(1n) })).granted, false);
      assert.equal(await settle(inFlight, 35n), 0n);
      const view = await rig.ledger.budgetOf('ada');
      assert.deepEqual([view.spent, view.spentInAll, view.totalRemaining], [0n, 45n, 0n]);
    });

    it('was taken back when that happened first, and is nobody else’s to take', async () => {
      const { id } = await rig.grant(100n);
      assert.equal(await rig.ledger.revokeGrant('bob', id), undefined);
      assert.equal(await rig.ledger.revokeGrant('ada', 'none'), undefined);
      assert.equal((await rig.ledger.budgetOf('ada')).grantsRemaining, 100n);
      const first = await rig.ledger.revokeGrant('ada', id);
      rig.clock.advanceMs(1_000);
      assert.deepEqual(await rig.ledger.revokeGrant('ada', id), first);
    });
  });

  it('lists all grants of a user, or those that can be spent, earliest expiry first', async () => {
    const day = (iso: string): number => Date.parse(iso);
    const late = await rig.grant(50n, { expiresAtUnixMs: day('2026-08-20') });
    const early = await rig.grant(50n, { expiresAtUnixMs: day('2026-08-10') });
    const over = await rig.grant(50n, { expiresAtUnixMs: day('2026-07-30') });
    const future = await rig.grant(50n, { startsAtUnixMs: day('2026-08-25') });
    const taken = await rig.grant(50n, { expiresAtUnixMs: day('2026-08-15') });
    await rig.grant(50n, { userId: 'bob' });
    await rig.ledger.revokeGrant('ada', taken.id);
    await rig.spend(50n);
    const ids = async (which: 'all' | 'active') =>
      (await rig.ledger.listGrants('ada', which)).map(({ id }) => id);
    assert.deepEqual(await ids('all'), [over.id, early.id, taken.id, late.id, future.id]);
    assert.deepEqual(await ids('active'), [late.id]);
    assert.deepEqual(await rig.ledger.listGrants('eve', 'all'), []);
  });
}
