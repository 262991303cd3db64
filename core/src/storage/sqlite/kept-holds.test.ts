import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { Charge } from '../../budget/ledger.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { anLlmSpan, nano } from '../contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { SqliteLedger } from './ledger.ts';
import { openDatabase } from './open.ts';

const HELD_FOR_MS = 3_600_000;

describe('holds that are kept in SQLite', () => {
  let folder: string;
  let clock: ManualClock;
  const databases: DatabaseSync[] = [];
  const database = (name = 'state.db'): DatabaseSync => {
    const db = openDatabase({ path: join(folder, name), schema: [LEDGER_SCHEMA], busyTimeoutMs: 0 });
    databases.push(db);
    return db;
  };
  const open = (name?: string): SqliteLedger =>
    new SqliteLedger({
      ...{ db: database(name), clock, logger: recordedLog().logger, timeZone: 'UTC', withoutBudget: 'deny' },
      retryAfterMs: 60_000,
    });
  const keep = async (ledger: SqliteLedger, amount: bigint) => {
    const outcome = await ledger.reserve({ userId: 'ada', amount: nano(amount) });
    assert.ok(outcome.granted);
    return outcome.reservation.keep(HELD_FOR_MS);
  };
  const chargeOf = (cost: bigint, spanId?: string): Charge => ({
    ...{ cost: nano(cost), tokens: 1 },
    span: anLlmSpan(spanId === undefined ? {} : { spanId }),
  });
  const figures = async (ledger: SqliteLedger) => {
    const { spent, reserved } = await ledger.budgetOf('ada');
    return [spent, reserved];
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-kept-'));
    clock = manualClock('2026-07-31T12:00:00Z');
  });
  afterEach(() => {
    for (const db of databases.splice(0)) db.close();
    rmSync(folder, { recursive: true });
  });

  it('outlive the ledger that made them, and those of calls do not', async () => {
    const first = open();
    await first.setBudget('ada', nano(100n));
    const hold = await keep(first, 60n);
    await first.reserve({ userId: 'ada', amount: nano(10n) });
    await first.close();
    const second = open();
    assert.deepEqual(await figures(second), [0n, 60n]);
    await second.settleKept({ hold }, chargeOf(25n));
    assert.deepEqual(await figures(second), [25n, 0n]);
    await second.close();
  });

  it('lapse, and are charged all the same, without touching what others hold', async () => {
    const first = open();
    await first.setBudget('ada', nano(100n));
    const hold = await keep(first, 60n);
    clock.advanceMs(HELD_FOR_MS);
    const second = open();
    const other = await keep(second, 40n);
    assert.deepEqual(await figures(second), [0n, 40n]);
    await first.settleKept({ hold }, chargeOf(25n));
    assert.deepEqual(await figures(second), [25n, 40n]);
    await second.settleKept({ hold: other }, chargeOf(1n));
    assert.deepEqual(await figures(first), [26n, 0n]);
    await first.close();
    await second.close();
  });

  it('are charged once by two ledgers at the same time', async () => {
    const both = [open(), open()] as const;
    await both[0].setBudget('ada', nano(100n));
    const hold = await keep(both[0], 60n);
    const charge = chargeOf(25n);
    const outcomes = await Promise.all(both.map((one) => one.settleKept({ hold }, charge)));
    assert.deepEqual(outcomes.toSorted(), ['charged', 'charged before']);
    assert.deepEqual(await figures(both[0]), [25n, 0n]);
    for (const one of both) await one.close();
  });

  it('that cannot be charged now are charged once by whoever opens the store next', async () => {
    const first = open();
    await first.setBudget('ada', nano(100n));
    const hold = await keep(first, 60n);
    const charge = chargeOf(25n);
    const blocker = database();
    blocker.exec('BEGIN IMMEDIATE');
    assert.equal(await first.settleKept({ hold }, charge), 'charged');
    assert.equal(readdirSync(folder).filter((name) => name.includes('unwritten')).length, 1);
    blocker.exec('ROLLBACK');
    const second = open();
    assert.deepEqual(await figures(second), [25n, 0n]);
    assert.equal(await second.settleKept({ hold }, charge), 'charged before');
    await first.close();
    assert.deepEqual(await figures(second), [25n, 0n]);
    await second.close();
  });

  it('that cannot be kept give back what was held', async () => {
    const ledger = open();
    await ledger.setBudget('ada', nano(100n));
    const outcome = await ledger.reserve({ userId: 'ada', amount: nano(60n) });
    assert.ok(outcome.granted);
    const blocker = database();
    blocker.exec('BEGIN IMMEDIATE');
    await assert.rejects(outcome.reservation.keep(HELD_FOR_MS), /locked/);
    blocker.exec('ROLLBACK');
    await ledger.close();
    const next = open();
    assert.deepEqual(await figures(next), [0n, 0n]);
    await next.close();
  });

  /** Steps of a history: what happens to which of the holds so far. */
  const step = fc.oneof(
    fc.record({ does: fc.constant('keep' as const), amount: fc.integer({ min: 1, max: 50 }) }),
    fc.record({
      does: fc.constant('settle' as const),
      which: fc.nat(9),
      cost: fc.integer({ min: 0, max: 80 }),
    }),
    fc.record({ does: fc.constant('release' as const), which: fc.nat(9) }),
    fc.record({ does: fc.constant('reopen' as const) }),
    fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1_000, HELD_FOR_MS / 2) }),
  );

  it('hold and cost what a plain account says, after every step of random histories', async () => {
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (history) => {
        const name = `history-${histories++}.db`;
        clock = manualClock('2026-07-31T01:00:00Z');
        let ledger = open(name);
        await ledger.setBudget('ada', nano(1_000_000n));
        const holds: { hold: string; amount: bigint; untilMs: number; isOver: boolean; isPaid: boolean }[] =
          [];
        const outcomes: [found: string, expected: string][] = [];
        let spent = 0n;
        for (const one of history) {
          const at = 'which' in one ? holds.at(one.which % Math.max(1, holds.length)) : undefined;
          if (one.does === 'keep') {
            const amount = BigInt(one.amount);
            const untilMs = clock.nowUnixMs() + HELD_FOR_MS;
            holds.push({ hold: await keep(ledger, amount), amount, untilMs, isOver: false, isPaid: false });
          } else if (one.does === 'settle' && at !== undefined) {
            const spanId = holds.indexOf(at).toString(16).padStart(16, '0');
            const outcome = await ledger.settleKept({ hold: at.hold }, chargeOf(BigInt(one.cost), spanId));
            outcomes.push([outcome, at.isPaid ? 'charged before' : 'charged']);
            if (!at.isPaid) spent += BigInt(one.cost);
            at.isPaid = at.isOver = true;
          } else if (one.does === 'release' && at !== undefined) {
            await ledger.releaseKept(at.hold);
            at.isOver = true;
          } else if (one.does === 'wait') {
            clock.advanceMs(one.ms);
          } else if (one.does === 'reopen') {
            await ledger.close();
            ledger = open(name);
            // Changes are carried out in order, so once this one is done the sweep is.
            await ledger.acknowledgeSpans([]);
            for (const each of holds) each.isOver ||= each.untilMs <= clock.nowUnixMs();
          }
          const reserved = holds.reduce((sum, each) => sum + (each.isOver ? 0n : each.amount), 0n);
          assert.deepEqual(await figures(ledger), [spent, reserved]);
        }
        for (const [found, expected] of outcomes) assert.equal(found, expected);
        await ledger.close();
        for (const db of databases.splice(0)) db.close();
      }),
      { numRuns: 60 },
    );
  });
});
